import { isDeepStrictEqual } from 'node:util'
import { outcome } from './outcome.mjs'

/**
 * The content of `reports/full.json`: of which sources, built to which package, on which machine, with which counts.
 * @param {object} about
 * @param {string} about.root Left out of all names, so that the report is the same wherever the repository lies.
 * @param {{ commit: string, dirty: boolean }} about.before The sources when the run began,
 * @param {{ commit: string, dirty: boolean }} about.after and when it ended.
 * @param {string | null} about.packageHash
 * @param {ReturnType<import('./provenance.mjs').machine>} about.machine
 * @param {readonly (import('./outcome.mjs').StepResult & { seconds: number })[]} results
 * @param {unknown} [earlier] A report whose parts are kept where it is of the same sources, package and machine.
 */
export function fullReport({ root, before, after, packageHash, machine }, results, earlier) {
  // What was changed while it ran was not tested as a whole.
  const dirty = before.dirty || after.dirty || before.commit !== after.commit
  const of = { commit: before.commit, dirty, packageHash, machine }
  const ran = results.map((result) => part(result, root))
  const kept = partsOf(earlier, of).filter(({ name }) => !ran.some((part) => part.name === name))
  const parts = [...kept, ...ran]
  return { ...of, passed: sum(parts, 'passed'), failed: sum(parts, 'failed'), parts }
}

function partsOf(report, of) {
  const isOfSame =
    report !== undefined && !of.dirty && Object.keys(of).every((key) => isDeepStrictEqual(report[key], of[key]))
  return isOfSame ? report.parts : []
}

const sum = (parts, count) => parts.reduce((total, part) => total + part[count], 0)

function part(result, root) {
  const { passed, failures, skipped } = outcome([result])
  const { numbers = [] } = result.report ?? {}
  return {
    name: result.name,
    passed,
    failed: failures.length,
    seconds: Math.round(result.seconds * 10) / 10,
    ...(failures.length > 0 && { failures: failures.map((failure) => failure.replaceAll(`${root}/`, '')) }),
    ...(skipped.length > 0 && { skipped }),
    // Files are run in no fixed order.
    ...(numbers.length > 0 && { numbers: numbers.toSorted((one, other) => (one.of < other.of ? -1 : 1)) }),
  }
}
