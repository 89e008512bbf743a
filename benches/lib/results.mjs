import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { machine, sourceState } from '../../scripts/lib/provenance.mjs'
import { withoutNode, withSection } from './sections.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))
const file = join(root, 'benches/results.md')
const TITLE = `# Results

Written by the benches with \`--write\`. Times are worth what the machine is; compare the ratios, which are of one run.`

/** Of which sources and on what, in one line. */
export function provenance() {
  const { commit, dirty } = sourceState(root)
  const { cpu, cores, memoryGiB, node, platform } = machine()
  const source = `commit ${commit.slice(0, 12)}${dirty ? ' with changes that are not committed' : ''}`
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${platform}, Node ${node}; ${source}.`
}

/**
 * Puts one bench's section in the place of its last one.
 * @param {string} heading
 * @param {string} body Markdown.
 */
export const writeSection = (heading, body) => rewrite((text) => withSection(text, heading, body))

/**
 * Drops what this major version of Node has measured, for a run that measures all of it.
 * @param {string} nodeMajor
 */
export const startAnew = (nodeMajor) => rewrite((text) => withoutNode(text, nodeMajor))

function rewrite(change) {
  writeFileSync(file, change(existsSync(file) ? readFileSync(file, 'utf8') : TITLE))
  spawnSync(join(root, 'node_modules/.bin/oxfmt'), [file], { stdio: 'inherit' })
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly (string | number)[])[]} rows
 */
export function table(head, rows) {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
