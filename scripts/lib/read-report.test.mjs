import { expect, test } from 'vitest'
import { parseChecks, parsePlaywright, parseVitest } from './read-report.mjs'

test('takes the numbers that vitest tests report of themselves, each by the name of its test', () => {
  const assertionResults = [
    { status: 'passed', fullName: 'a key holds', meta: { numbers: { runs: 300, seed: 7 } } },
    { status: 'passed', fullName: 'no numbers', meta: {} },
    { status: 'passed', fullName: 'no meta' },
  ]
  const { passed, numbers } = parseVitest({ testResults: [{ name: 'a.test.ts', status: 'passed', assertionResults }] })
  expect([passed, numbers]).toEqual([3, [{ of: 'a key holds', runs: 300, seed: 7 }]])
})

test('takes the numbers that Playwright tests report of themselves, as JSON in an annotation', () => {
  const passing = { status: 'expected', results: [] }
  const annotations = [{ type: 'numbers', description: '{"next":"16.3.8"}' }]
  const specs = [
    { title: 'a version', tags: [], tests: [{ ...passing, annotations }] },
    { title: 'no numbers', tags: [], tests: [{ ...passing, annotations: [] }] },
  ]
  const { passed, numbers } = parsePlaywright({ errors: [], suites: [{ title: 'a.spec.ts', specs }] })
  expect([passed, numbers]).toEqual([2, [{ of: 'a.spec.ts › a version', next: '16.3.8' }]])
})

test('takes the numbers of our own scripts as they are', () => {
  const numbers = [{ of: 'null', checks: 3 }]
  expect(parseChecks({ checks: [{ name: 'a', ok: true }], numbers })).toMatchObject({ passed: 1, numbers })
  expect(parseChecks({ checks: [] }).numbers).toEqual([])
})
