/**
 * How one step of the test run ended.
 * @typedef {object} StepResult
 * @property {string} name
 * @property {number | null} code Exit status; `null` after a signal, and for a step that did not run.
 * @property {string | null} [signal]
 * @property {string} [notRun] Why the step was not started.
 * @property {boolean} hasReport Whether a report was expected of it.
 * @property {import('./read-report.mjs').Report} [report]
 */

/**
 * Sums the runners' reports. A step that dies, a runner that ran no test and a missing report each count one failed.
 * @param {readonly StepResult[]} results
 */
export function outcome(results) {
  const failures = results.flatMap(failuresOf)
  const skipped = results.flatMap(({ report }) => report?.skipped ?? [])
  const passed = results.reduce((sum, { report }) => sum + (report?.passed ?? 0), 0)
  return {
    passed,
    failures,
    skipped,
    exitCode: failures.length > 0 ? 1 : 0,
    line: closingLine(passed, failures, skipped),
  }
}

function closingLine(passed, failures, skipped) {
  const line = `${passed} passed, ${failures.length} failed`
  return skipped.length > 0 ? `${line}, ${skipped.length} skipped` : line
}

/** @param {StepResult} result */
function failuresOf(result) {
  const reported = result.report?.failed ?? []
  const own = ownFailure(result, reported.length)
  return [...reported, ...(own ? [own] : [])].map((failure) => `${result.name}: ${failure}`)
}

/**
 * What is wrong with the step itself, beyond the failures that its report names.
 * @param {StepResult} result
 * @param {number} reportedFailures
 */
function ownFailure({ code, signal, notRun, hasReport, report }, reportedFailures) {
  if (notRun) return `not run: ${notRun}`
  if (signal) return `killed by ${signal}`
  if (hasReport && !report) return `left no report (exit status ${code})`
  if (report && report.passed + report.failed.length === 0) return 'ran 0 tests'
  if (code !== 0 && reportedFailures === 0) return `exit status ${code}`
  return undefined
}
