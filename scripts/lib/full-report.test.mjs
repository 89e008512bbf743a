import { describe, expect, test } from 'vitest'
import { fullReport } from './full-report.mjs'

const clean = { commit: 'c1', dirty: false }
const machine = { cpu: 'a cpu', cores: 2, memoryGiB: 8, node: 'v20.0.0', platform: 'linux x64' }
const of = { ...clean, packageHash: 'sha256-1', machine }
const about = { root: '/home/me/work', before: clean, after: clean, packageHash: 'sha256-1', machine }
const passing = {
  name: 'properties',
  code: 0,
  hasReport: true,
  report: { passed: 2, failed: [], skipped: [], numbers: [{ of: 'a key holds', runs: 5000, seed: 7 }] },
  seconds: 1.2345,
}

test('says of each part of which sources, which package and which machine it is, and counts it', () => {
  expect(fullReport(about, [{ name: 'build', code: 0, hasReport: false, seconds: 3 }, passing])).toEqual({
    passed: 2,
    failed: 0,
    parts: [
      { name: 'build', passed: 0, failed: 0, seconds: 3, ...of },
      { name: 'properties', passed: 2, failed: 0, seconds: 1.2, ...of, numbers: passing.report.numbers },
    ],
  })
})

test('counts one failed for a part that died, ran nothing, left no report or was not run', () => {
  const died = { name: 'died', code: null, signal: 'SIGKILL', hasReport: true, seconds: 1 }
  const empty = { ...passing, name: 'empty', report: { passed: 0, failed: [], skipped: [] } }
  const silent = { name: 'silent', code: 0, hasReport: true, seconds: 1 }
  const notRun = { name: 'not run', code: null, notRun: '"build" failed', hasReport: true, seconds: 0 }
  const { failed, parts } = fullReport(about, [passing, died, empty, silent, notRun])
  expect(failed).toBe(4)
  expect(parts.map((part) => part.failed)).toEqual([0, 1, 1, 1, 1])
})

const dirtyWhen = (before, after) => fullReport({ ...about, before, after }, [passing]).parts[0]?.dirty

test('is of a dirty tree when that was dirty before or after, or another commit was checked out meanwhile', () => {
  expect(dirtyWhen({ ...clean, dirty: true }, clean)).toBe(true)
  expect(dirtyWhen(clean, { ...clean, dirty: true })).toBe(true)
  expect(dirtyWhen(clean, { ...clean, commit: 'c2' })).toBe(true)
})

test('names failures without the folder that the repository lies in', () => {
  const report = { passed: 0, failed: ['/home/me/work/packages/a.test.ts: cannot be loaded'], skipped: [] }
  const { parts } = fullReport(about, [{ ...passing, report }])
  expect(JSON.stringify(parts)).not.toContain('/home/me')
  expect(parts[0]?.failures).toEqual(['properties: packages/a.test.ts: cannot be loaded'])
})

describe('of an earlier report', () => {
  const other = { ...passing, name: 'other' }
  const earlier = fullReport(about, [other, { ...passing, code: 1 }])

  test('keeps the parts that this run has none of, and counts them', () => {
    const report = fullReport(about, [passing], earlier)
    expect(report.parts.map(({ name }) => name)).toEqual(['other', 'properties'])
    expect(report).toMatchObject({ passed: 4, failed: 0 })
  })

  test('lets each part tell of which sources it is', () => {
    const moved = { ...clean, commit: 'c2' }
    const { parts } = fullReport({ ...about, before: moved, after: moved }, [passing], earlier)
    expect(parts.map(({ name, commit }) => [name, commit])).toEqual([
      ['other', 'c1'],
      ['properties', 'c2'],
    ])
  })
})
