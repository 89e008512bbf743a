import { writeFileSync } from 'node:fs'

/**
 * A named check; `problems` says what is wrong, nothing when all is well.
 * @typedef {{ name: string, problems: () => string[] | Promise<string[]> }} Check
 */

/**
 * Runs the checks one after the other, prints each, and writes the report that the test run counts.
 * @param {readonly Check[]} checks
 * @param {string} [reportPath]
 * @returns {Promise<number>} the exit status
 */
export async function runChecks(checks, reportPath) {
  const results = []
  for (const { name, problems } of checks) {
    const found = await Promise.resolve()
      .then(problems)
      .catch((error) => [String(error)])
    console.log([`${found.length === 0 ? '✓' : '✗'} ${name}`, ...found].join('\n    '))
    results.push({ name, ok: found.length === 0 })
  }
  if (reportPath) writeFileSync(reportPath, JSON.stringify({ checks: results }))
  return results.every(({ ok }) => ok) ? 0 : 1
}
