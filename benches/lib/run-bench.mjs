import { parseArgs } from 'node:util'
import { describeClaims, isMet } from './claims.mjs'
import { provenance, writeSection } from './results.mjs'
import { headingOf } from './sections.mjs'

/**
 * A bench: what it measures, what that says, in Markdown, and what it is to show.
 * @template T
 * @typedef {{
 *   title: string,
 *   measure: (options: { quick: boolean }) => Promise<T>,
 *   describe: (results: T) => string,
 *   claims?: (results: T) => readonly import('./claims.mjs').Claim[],
 * }} Bench
 */

/**
 * Runs one bench. `--quick` takes the smallest rounds that show that it works, `--json` prints the numbers, and `--write`
 * puts the section into results.md. A claim that is missed ends the process with 1, but for `--quick`, which measures nothing.
 * @template T
 * @param {Bench<T>} bench
 */
export async function runBench({ title, measure, describe, claims: claimsOf = () => [] }) {
  const flag = /** @type {const} */ ({ type: 'boolean', default: false })
  const { quick, json, write } = parseArgs({ options: { quick: flag, json: flag, write: flag } }).values
  if (quick && write) throw new Error('Results of --quick are not worth writing down')
  const results = await measure({ quick })
  const claims = claimsOf(results)
  if (!quick && !claims.every(isMet)) process.exitCode = 1
  if (json) {
    console.log(JSON.stringify({ results, claims }))
    return
  }
  const [major] = process.versions.node.split('.')
  const heading = headingOf(title, major)
  const shown = claims.length > 0 ? [describeClaims(claims)] : []
  const body = [provenance(), describe(results), ...shown].join('\n\n')
  console.log(`\n## ${heading}\n\n${body}`)
  if (write) writeSection(heading, body)
}
