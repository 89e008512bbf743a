import { outcome } from './outcome.mjs'
import { runStep } from './run-step.mjs'

/** @typedef {import('./outcome.mjs').StepResult & { seconds: number }} TimedResult */

/**
 * Runs the steps in order, says how long each took, and ends with the closing line. A failed step stops only those
 * that need it.
 * @param {readonly import('./run-step.mjs').Step[]} steps
 * @param {object} [options]
 * @param {(line: string) => void} [options.log]
 * @param {'inherit' | 'ignore'} [options.stdio]
 * @param {string} [options.hint] Printed when something failed: where to look.
 * @param {(results: readonly TimedResult[]) => void} [options.onStep] Called after each step, with all results so far.
 * @returns {Promise<number>} the exit status
 */
export async function runSteps(steps, { log = console.log, stdio = 'inherit', hint, onStep } = {}) {
  /** @type {TimedResult[]} */
  const results = []
  for (const step of steps) {
    const missing = step.needs?.find((need) => !results.some((result) => result.name === need && result.code === 0))
    log(`\n── ${step.name}`)
    const result = missing ? notRun(step, missing) : await runStep(step, { stdio })
    results.push(result)
    onStep?.(results)
    log(`── ${step.name}: ${result.notRun ? `not run, ${result.notRun}` : `${result.seconds.toFixed(1)} s`}`)
  }
  return summarise(results, { log, hint })
}

function notRun({ name, report }, missing) {
  return { name, code: null, notRun: `"${missing}" failed`, hasReport: report !== undefined, seconds: 0 }
}

function summarise(results, { log, hint }) {
  const { failures, skipped, exitCode, line } = outcome(results)
  log('')
  for (const { name, seconds } of results) log(`${seconds.toFixed(1).padStart(7)} s  ${name}`)
  for (const { name, reason } of skipped) log(`skipped: ${name} (${reason})`)
  for (const failure of failures) log(`failed: ${failure}`)
  if (hint && exitCode !== 0) log(hint)
  log(line)
  return exitCode
}
