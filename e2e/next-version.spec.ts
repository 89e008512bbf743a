import { NEXT_HAS } from './lib/next-features.ts'
import { askedVersion, nextVersionOf, printedVersions } from './lib/next-version.ts'
import { reportNumbers } from './lib/report-numbers.ts'
import { expect, test } from './lib/test.ts'

test('both instances run the version of Next that was asked for', async ({ fleet: { a, b } }) => {
  const [version = ''] = printedVersions(a.logs())
  if (askedVersion === undefined) expect(version).toBe(nextVersionOf('isr'))
  else expect(version).toMatch(new RegExp(`^${askedVersion.replace('.', '\\.')}\\.\\d+$`))
  expect([...printedVersions(a.logs()), ...printedVersions(b.logs())]).toEqual([version, version])
  reportNumbers({ next: version })
})

test('the version of Next that all other tests run with has every feature that some ask for', () => {
  test.skip(askedVersion !== undefined, 'another version may lack some')
  expect(Object.entries(NEXT_HAS).filter(([, isThere]) => !isThere)).toEqual([])
})
