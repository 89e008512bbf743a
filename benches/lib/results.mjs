import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { machine, sourceState } from '../../scripts/lib/provenance.mjs'

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
 * @param {string} title
 * @param {string} body Markdown.
 */
export function writeSection(title, body) {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : TITLE
  const [head = TITLE, ...sections] = text.split(/\n+(?=## )/)
  const others = sections.filter((section) => !section.startsWith(`## ${title}\n`))
  const all = [...others, `## ${title}\n\n${body}`].toSorted((one, other) => (one < other ? -1 : 1))
  writeFileSync(file, `${[head, ...all].map((part) => part.trim()).join('\n\n')}\n`)
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
