// Runs the end-to-end tests with handlers that are wrong on purpose, and fails when one passes a test that it must fail:
// `test-mutants.mjs [MUTANT …] [--report FILE]`; without names, all of `e2e/mutants/expected.json`.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { judgeMutant } from './lib/judge-mutant.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const mutantsDir = join(root, 'e2e/mutants')
const expected = JSON.parse(readFileSync(join(mutantsDir, 'expected.json'), 'utf8'))

const { values, positionals } = parseArgs({ options: { report: { type: 'string' } }, allowPositionals: true })
const mutants = positionals.length > 0 ? positionals : Object.keys(expected)
const unknown = mutants.filter((mutant) => !Object.hasOwn(expected, mutant))
if (unknown.length > 0)
  throw new Error(`Unknown mutants: ${unknown.join(', ')}; known: ${Object.keys(expected).join(', ')}`)

const judged = mutants.map((mutant) => ({ mutant, results: judge(mutant) }))
const checks = judged.flatMap(({ results }) => results)
const numbers = judged.map(({ mutant, results }) => ({ of: mutant, checks: results.length }))
if (values.report) writeFileSync(values.report, JSON.stringify({ checks, numbers }))
process.exitCode = checks.every(({ ok }) => ok) ? 0 : 1

function judge(mutant) {
  const startedAt = performance.now()
  const results = judgeMutant(mutant, expected[mutant], runTests(mutant))
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const good = results.filter(({ ok }) => ok).length
  console.log(`mutant ${mutant}: ${good} of ${results.length} checks hold, ${seconds} s`)
  for (const { name, ok } of results) if (!ok) console.log(`  ✗ ${name}`)
  return results
}

/** The report of a run with this mutant in place of our handler. Most tests fail, so nothing of it is printed or kept. */
function runTests(mutant) {
  mkdirSync(join(root, '.tmp'), { recursive: true })
  const runDir = mkdtempSync(join(root, '.tmp', 'mutant-'))
  const report = join(runDir, 'report.json')
  const args = [
    'test',
    '--project=e2e',
    '--grep',
    testsFor(expected[mutant]),
    '--reporter=json',
    '--trace=off',
    `--output=${join(runDir, 'out')}`,
  ]
  const { stderr } = spawnSync(join(root, 'node_modules/.bin/playwright'), args, {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      S3_CACHE_MUTANT: join(mutantsDir, `${mutant}.mjs`),
      E2E_RUN_DIR: join(runDir, 'e2e'),
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    },
  })
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch (error) {
    throw new Error(`The run with mutant ${mutant} left no report: ${stderr}`, { cause: error })
  } finally {
    rmSync(runDir, { recursive: true, force: true })
  }
}

/** Where a share or a tag decides, all tests that could count; else those that must fail, and the controls. */
function testsFor({ mustFail, everyTagged, share }) {
  if (everyTagged !== undefined || share !== undefined) return `@(${everyTagged ?? 'cache'}|control)\\b`
  const titles = mustFail.map((name) =>
    name
      .split(' › ')
      .at(-1)
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  )
  return ['@control\\b', ...titles].join('|')
}
