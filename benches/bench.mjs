// `pnpm bench [--write] [--quick] [--node 24.21.0] [names]`: all benches, or those named, one after the other.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { pnpmCommand } from '../scripts/lib/pnpm.mjs'
import { startAnew } from './lib/results.mjs'

const BENCHES = ['objects', 'codec', 'compression', 'tag-log', 'tag-log-load', 'pages', 'loader', 'cost', 'memory']
const root = fileURLToPath(new URL('..', import.meta.url))

const { values, positionals } = parseArgs({
  // Some package managers hand their own `--` on.
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  allowPositionals: true,
  options: { write: { type: 'boolean' }, quick: { type: 'boolean' }, node: { type: 'string' } },
})
const unknown = positionals.filter((name) => !BENCHES.includes(name))
if (unknown.length > 0) throw new Error(`There is no bench "${unknown[0]}"; there are ${BENCHES.join(', ')}`)

const [pnpm, ...pnpmArgs] = pnpmCommand()
run(pnpm, [...pnpmArgs, '--filter', 'local-s3', '--filter', 's3-cache-handler', 'build'])
if (values.node === undefined) runAll(process.execPath)
else withNode(values.node, runAll)

/** All of them, also after one that missed a claim. */
function runAll(node) {
  const flags = ['write', 'quick'].filter((flag) => values[flag]).map((flag) => `--${flag}`)
  // A whole run is of one commit: nothing that another has written stays between its sections.
  if (values.write && !values.quick && positionals.length === 0) startAnew(majorOf(node))
  const failed = (positionals.length > 0 ? positionals : BENCHES).filter(
    (name) => statusOf(node, ['--expose-gc', join(root, `benches/${name}.mjs`), ...flags]) !== 0,
  )
  if (failed.length > 0) throw new Error(`Failed, or missed a claim: ${failed.join(', ')}`)
}

function majorOf(node) {
  const { stdout } = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' })
  return stdout.split('.')[0]
}

/** Node itself is on npm: another version than the one that runs this. */
function withNode(version, use) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-node-'))
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { node: version } }))
    run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], folder)
    run(process.execPath, ['installArchSpecificPackage.js'], join(folder, 'node_modules/node'))
    use(join(folder, 'node_modules/node/bin/node'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(program, args, cwd = root) {
  const status = statusOf(program, args, cwd)
  if (status !== 0) throw new Error(`"${program} ${args.join(' ')}" ended with ${status}`)
}

function statusOf(program, args, cwd = root) {
  const { status, error } = spawnSync(program, args, { cwd, stdio: 'inherit' })
  if (error !== undefined) throw new Error(`"${program}" could not be run`, { cause: error })
  return status
}
