import { parseArgs } from 'node:util'
import { provenance, writeSection } from './results.mjs'

/**
 * A bench: what it measures, and what that says, in Markdown.
 * @template T
 * @typedef {{
 *   title: string,
 *   measure: (options: { quick: boolean }) => Promise<T>,
 *   describe: (results: T) => string,
 * }} Bench
 */

/**
 * Runs one bench. `--quick` takes the smallest rounds that show that it works, `--json` prints the numbers, and `--write`
 * puts the section into results.md.
 * @template T
 * @param {Bench<T>} bench
 */
export async function runBench({ title, measure, describe }) {
  const flag = /** @type {const} */ ({ type: 'boolean', default: false })
  const { quick, json, write } = parseArgs({ options: { quick: flag, json: flag, write: flag } }).values
  if (quick && write) throw new Error('Results of --quick are not worth writing down')
  const results = await measure({ quick })
  if (json) {
    console.log(JSON.stringify(results))
    return
  }
  const [major] = process.versions.node.split('.')
  const heading = `${title}, Node ${major}`
  const body = `${provenance()}\n\n${describe(results)}`
  console.log(`\n## ${heading}\n\n${body}`)
  if (write) writeSection(heading, body)
}
