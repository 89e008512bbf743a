import { expect, test } from 'vitest'
import { outcome } from './outcome.mjs'

const passing = { name: 'unit', code: 0, hasReport: true, report: { passed: 3, failed: [], skipped: [] } }

test('sums what several runners report', () => {
  const other = {
    ...passing,
    report: { passed: 2, failed: ['a', 'b'], skipped: [{ name: 'c', reason: 'slow' }] },
    code: 1,
  }
  expect(outcome([passing, other])).toMatchObject({ line: '5 passed, 2 failed, 1 skipped', exitCode: 1 })
})

test('a step without a report adds nothing while it succeeds, and one failed when it does not', () => {
  const lint = { name: 'lint', code: 0, hasReport: false }
  expect(outcome([passing, lint])).toMatchObject({ line: '3 passed, 0 failed', exitCode: 0 })
  expect(outcome([passing, { ...lint, code: 2 }])).toMatchObject({ failures: ['lint: exit status 2'], exitCode: 1 })
})

test('failed tests that the runner reports with exit status 0 still fail the run', () => {
  const report = { passed: 1, failed: ['a'], skipped: [] }
  expect(outcome([{ ...passing, report }])).toMatchObject({ line: '1 passed, 1 failed', exitCode: 1 })
})

test('a runner that passed every test and then died counts one failed', () => {
  expect(outcome([{ ...passing, code: 1 }])).toMatchObject({ line: '3 passed, 1 failed', exitCode: 1 })
  expect(outcome([{ ...passing, code: null, signal: 'SIGKILL' }])).toMatchObject({ line: '3 passed, 1 failed' })
})

test('a runner that only skipped tests ran 0 tests', () => {
  const report = { passed: 0, failed: [], skipped: [{ name: 'a', reason: 'b' }] }
  expect(outcome([{ ...passing, report }])).toMatchObject({ line: '0 passed, 1 failed, 1 skipped', exitCode: 1 })
})
