import { describe, expect, test } from 'vitest'
import { fullReport } from './full-report.mjs'

const clean = { commit: 'c1', dirty: false }
const machine = { cpu: 'a cpu', cores: 2, memoryGiB: 8, node: 'v20.0.0', platform: 'linux x64' }
const about = { root: '/home/me/work', before: clean, after: clean, packageHash: 'sha256-1', machine }
const passing = {
  name: 'properties',
  code: 0,
  hasReport: true,
  report: { passed: 2, failed: [], skipped: [], numbers: [{ of: 'a key holds', runs: 5000, seed: 7 }] },
  seconds: 1.2345,
}

test('says of which sources, which package and which machine it is, and counts each part', () => {
  expect(fullReport(about, [{ name: 'build', code: 0, hasReport: false, seconds: 3 }, passing])).toEqual({
    commit: 'c1',
    dirty: false,
    packageHash: 'sha256-1',
    machine,
    passed: 2,
    failed: 0,
    parts: [
      { name: 'build', passed: 0, failed: 0, seconds: 3 },
      { name: 'properties', passed: 2, failed: 0, seconds: 1.2, numbers: passing.report.numbers },
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

const dirtyWhen = (before, after) => fullReport({ ...about, before, after }, [passing]).dirty

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

describe('keeps parts of an earlier report', () => {
  const other = { ...passing, name: 'other' }
  const earlier = fullReport(about, [other, { ...passing, code: 1 }])
  const names = (changed) => fullReport({ ...about, ...changed }, [passing], earlier).parts.map(({ name }) => name)

  test('that this run has no part of, and counts them', () => {
    const report = fullReport(about, [passing], earlier)
    expect(report.parts.map(({ name }) => name)).toEqual(['other', 'properties'])
    expect(report).toMatchObject({ passed: 4, failed: 0 })
  })

  test('but not of other sources, another package, another machine or a dirty tree', () => {
    expect(names({})).toEqual(['other', 'properties'])
    const moved = { ...clean, commit: 'c2' }
    expect(names({ before: moved, after: moved })).toEqual(['properties'])
    expect(names({ packageHash: 'sha256-2' })).toEqual(['properties'])
    expect(names({ machine: { ...machine, cores: 4 } })).toEqual(['properties'])
    expect(names({ after: { ...clean, dirty: true } })).toEqual(['properties'])
  })
})
