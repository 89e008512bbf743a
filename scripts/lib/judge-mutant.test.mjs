import { expect, test } from 'vitest'
import { judgeMutant } from './judge-mutant.mjs'

const report = (...specs) => ({
  errors: [],
  suites: [
    {
      title: 'a.spec.ts',
      specs: specs.map(([title, status, ...tags]) => ({
        title,
        tags,
        tests: [{ status, annotations: [], results: [{}] }],
      })),
    },
  ],
})

const failed = (checks) => checks.filter(({ ok }) => !ok).map(({ name }) => name)

const control = ['control', 'expected', 'control']
const caught = ['caught', 'unexpected', 'cache']
const missed = ['missed', 'expected', 'cache']

test('is content when every listed test fails and the control passes', () => {
  const checks = judgeMutant('m', { mustFail: ['a.spec.ts › caught'] }, report(control, caught))
  expect(failed(checks)).toEqual([])
  expect(checks).toHaveLength(3)
})

test('objects to a listed test that passes, or that is gone', () => {
  const mustFail = ['a.spec.ts › missed', 'a.spec.ts › gone']
  const checks = judgeMutant('m', { mustFail }, report(control, missed))
  expect(failed(checks)).toEqual(['mutant m fails: a.spec.ts › missed', 'mutant m fails: a.spec.ts › gone'])
})

test('objects when the control fails, or there is none', () => {
  const broken = ['control', 'unexpected', 'control']
  expect(failed(judgeMutant('m', { mustFail: [] }, report(broken)))).toHaveLength(1)
  expect(failed(judgeMutant('m', { mustFail: [] }, report(caught)))).toEqual(['mutant m leaves control tests to run'])
})

test('objects to a tagged test that is not listed, and to too small a share', () => {
  const expectation = { mustFail: [], everyTagged: 'cache', share: 0.8 }
  expect(failed(judgeMutant('m', expectation, report(control, caught, missed)))).toEqual([
    'mutant m has in its list: a.spec.ts › caught',
    'mutant m has in its list: a.spec.ts › missed',
    'mutant m fails 80 % of the cache tests',
  ])
})
