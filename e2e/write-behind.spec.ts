import { buildApp } from './lib/build-app.ts'
import { BUILDS } from './lib/builds.ts'
import { isExternal } from './lib/credentials.ts'
import { median } from './lib/percentile.ts'
import { reportNumbers } from './lib/report-numbers.ts'
import { expect, test } from './lib/test.ts'

test.skip(isExternal, "needs local-s3's faults")

const PAGES = 20
const SLOW_PUT_MS = 2000
const MAX_DIFFERENCE_MS = 50

test('a MISS whose PUT takes two seconds answers as soon as any other', async ({ stage }) => {
  const bucket = await stage.bucket()
  const slow = bucket.faults.add({
    fault: { kind: 'latency', ms: SLOW_PUT_MS },
    operation: 'PutObject',
    keyPattern: '^v1/entries/.*slow-',
  })
  const instance = await stage.instance({
    name: 'a',
    build: await buildApp(BUILDS.configured),
    env: bucket.env,
  })
  const missMs = async (path: string): Promise<number> => {
    const { cache, milliseconds } = await instance.visit(path)
    expect(cache).toBe('MISS')
    return milliseconds
  }
  await missMs('/story/first')

  const others: number[] = []
  const delayed: number[] = []
  for (let page = 0; page < PAGES; page++) {
    others.push(await missMs(`/story/other-${page}`))
    delayed.push(await missMs(`/story/slow-${page}`))
  }
  await expect.poll(() => slow.fired).toBe(PAGES)
  expect(median(delayed) - median(others)).toBeLessThan(MAX_DIFFERENCE_MS)
  reportNumbers({ delayedMs: median(delayed), otherMs: median(others) })
})
