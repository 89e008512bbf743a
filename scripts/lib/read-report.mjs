import { readFileSync } from 'node:fs'

/**
 * What one runner says about its tests.
 * @typedef {object} Report
 * @property {number} passed
 * @property {string[]} failed Names of the failed tests.
 * @property {{ name: string, reason: string }[]} skipped
 * @property {({ of: string } & Record<string, number | string>)[]} [numbers] What some tests say beyond that: how many
 *   runs, from which seed, with which version of Next.
 */

/** @typedef {'vitest' | 'playwright' | 'checks'} ReportFormat */

/**
 * The parts of the runners' JSON that are read here.
 * @typedef {{ status: string, fullName: string, meta?: { numbers?: Record<string, number>, skipReason?: string } }} VitestTest
 * @typedef {{ testResults: { name: string, status: string, message?: string, assertionResults: VitestTest[] }[] }} VitestJson
 * @typedef {{ status: string, annotations: { type: string, description?: string }[], results: unknown[] }} PlaywrightTest
 * @typedef {{ title: string, specs: { title: string, tags: string[], tests: PlaywrightTest[] }[], suites?: PlaywrightSuite[] }} PlaywrightSuite
 * @typedef {{ errors: { message: string }[], suites: PlaywrightSuite[] }} PlaywrightJson
 * @typedef {{ checks: { name: string, ok: boolean }[], numbers?: Report['numbers'] }} ChecksJson
 */

const parsers = { vitest: parseVitest, playwright: parsePlaywright, checks: parseChecks }

/**
 * `undefined` means that there is no readable report: the runner died before it wrote one.
 * @param {{ path: string, format: ReportFormat }} source
 * @returns {Report | undefined}
 */
export function readReport({ path, format }) {
  try {
    return parsers[format](JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}

/**
 * @param {VitestJson} json
 * @returns {Report}
 */
export function parseVitest(json) {
  /** @type {Report} */
  const report = { passed: 0, failed: [], skipped: [], numbers: [] }
  for (const file of json.testResults) {
    for (const { status, fullName, meta } of file.assertionResults) {
      if (meta?.numbers) report.numbers?.push({ of: fullName, ...meta.numbers })
      if (status === 'passed') report.passed += 1
      else if (status === 'failed') report.failed.push(fullName)
      else report.skipped.push({ name: fullName, reason: meta?.skipReason ?? `${status}, no reason given` })
    }
    // A file that cannot be loaded has no tests to report, only itself.
    const silent = file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')
    if (silent) report.failed.push(`${file.name}: ${file.message || 'failed outside its tests'}`)
  }
  return report
}

/**
 * @param {PlaywrightJson} json
 * @returns {Report}
 */
export function parsePlaywright(json) {
  /** @type {Report} */
  const report = { passed: 0, failed: json.errors.map((error) => error.message), skipped: [], numbers: [] }
  for (const { name, test } of playwrightTests(json)) {
    const numbers = test.annotations.find(({ type }) => type === 'numbers')?.description
    if (numbers) report.numbers?.push({ of: name, ...JSON.parse(numbers) })
    if (test.status === 'expected') report.passed += 1
    else if (test.status === 'skipped') report.skipped.push({ name, reason: skipReason(test) })
    else report.failed.push(name)
  }
  return report
}

/**
 * All tests of a report, each named by its file, its groups and its title.
 * @param {PlaywrightJson} json
 * @returns {{ name: string, tags: string[], test: PlaywrightTest }[]}
 */
export function playwrightTests(json) {
  return json.suites.flatMap((suite) => testsOf(suite, []))
}

function testsOf(suite, parents) {
  const path = [...parents, suite.title]
  const own = suite.specs.flatMap((spec) =>
    spec.tests.map((test) => ({ name: [...path, spec.title].join(' › '), tags: spec.tags, test })),
  )
  return [...own, ...(suite.suites ?? []).flatMap((child) => testsOf(child, path))]
}

function skipReason(test) {
  const { description } = test.annotations.find(({ type }) => type === 'skip' || type === 'fixme') ?? {}
  return description ?? (test.results.length === 0 ? 'did not run' : 'no reason given')
}

/**
 * Our own scripts write `{ checks: [{ name, ok }] }`, and `numbers` where they have some.
 * @param {ChecksJson} json
 * @returns {Report}
 */
export function parseChecks(json) {
  return {
    passed: json.checks.filter((check) => check.ok).length,
    failed: json.checks.filter((check) => !check.ok).map((check) => check.name),
    skipped: [],
    numbers: json.numbers ?? [],
  }
}
