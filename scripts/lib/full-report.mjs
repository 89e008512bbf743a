import { outcome } from './outcome.mjs'

/**
 * The content of `reports/full.json`: of each part its counts, of which sources it is, built to which package, and on which
 * machine, since parts of hours are seldom run at once.
 * @param {object} about
 * @param {string} about.root Left out of all names, so that the report is the same wherever the repository lies.
 * @param {{ commit: string, dirty: boolean }} about.before The sources when the run began,
 * @param {{ commit: string, dirty: boolean }} about.after and when it ended.
 * @param {string | null} about.packageHash
 * @param {ReturnType<import('./provenance.mjs').machine>} about.machine
 * @param {readonly (import('./outcome.mjs').StepResult & { seconds: number })[]} results
 * @param {{ parts: readonly { name: string, passed: number, failed: number }[] }} [earlier] A report whose other parts are
 * kept.
 */
export function fullReport({ root, before, after, packageHash, machine }, results, earlier) {
  // What was changed while it ran was not tested as a whole.
  const dirty = before.dirty || after.dirty || before.commit !== after.commit
  const of = { commit: before.commit, dirty, packageHash, machine }
  const ran = results.map((result) => part(result, root, of))
  const kept = (earlier?.parts ?? []).filter(({ name }) => !ran.some((part) => part.name === name))
  const parts = [...kept, ...ran]
  return { passed: sum(parts, 'passed'), failed: sum(parts, 'failed'), parts }
}

const sum = (parts, count) => parts.reduce((total, part) => total + part[count], 0)

function part(result, root, of) {
  const { passed, failures, skipped } = outcome([result])
  const { numbers = [] } = result.report ?? {}
  return {
    name: result.name,
    passed,
    failed: failures.length,
    seconds: Math.round(result.seconds * 10) / 10,
    ...of,
    ...(failures.length > 0 && { failures: failures.map((failure) => failure.replaceAll(`${root}/`, '')) }),
    ...(skipped.length > 0 && { skipped }),
    // Files are run in no fixed order.
    ...(numbers.length > 0 && { numbers: numbers.toSorted((one, other) => (one.of < other.of ? -1 : 1)) }),
  }
}
