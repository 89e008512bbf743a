// Runs the end-to-end tests with handlers that are wrong on purpose, and fails when one passes a test that it must fail:
// `test-mutants.mjs [MUTANT …] [--short] [--report FILE]`; without names, all of `e2e/mutants/expected.json`. In short, one
// that names `inShort` has to fail only these. `use-cache/…` stand in for the handler of `use cache`, the others for that of
// pages.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { judgeMutant } from './lib/judge-mutant.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const mutantsDir = join(root, 'e2e/mutants')
const expected = JSON.parse(readFileSync(join(mutantsDir, 'expected.json'), 'utf8'))

const { values, positionals } = parseArgs({
  options: { report: { type: 'string' }, short: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const mutants = positionals.length > 0 ? positionals : Object.keys(expected)
const unknown = mutants.filter((mutant) => !Object.hasOwn(expected, mutant))
if (unknown.length > 0)
  throw new Error(`Unknown mutants: ${unknown.join(', ')}; known: ${Object.keys(expected).join(', ')}`)

/** As a pattern for names of tests. */
const USE_CACHE_SPEC = 'use-cache\\.spec\\.ts'
const isOfUseCache = (mutant) => mutant.startsWith('use-cache/')

const judged = mutants.map((mutant) => ({ mutant, results: judge(mutant) }))
const checks = judged.flatMap(({ results }) => results)
const numbers = judged.map(({ mutant, results }) => ({ of: mutant, checks: results.length }))
if (values.report) writeFileSync(values.report, JSON.stringify({ checks, numbers }))
process.exitCode = checks.every(({ ok }) => ok) ? 0 : 1

function judge(mutant) {
  const startedAt = performance.now()
  const { inShort, ...whole } = expected[mutant]
  const expectation = values.short && inShort !== undefined ? { mustFail: inShort } : whole
  const results = judgeMutant(mutant, expectation, runTests(mutant, expectation))
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const good = results.filter(({ ok }) => ok).length
  console.log(`mutant ${mutant}: ${good} of ${results.length} checks hold, ${seconds} s`)
  for (const { name, ok } of results) if (!ok) console.log(`  ✗ ${name}`)
  return results
}

/** The report of a run with this mutant in place of our handler. Most tests fail, so nothing of it is printed or kept. */
function runTests(mutant, expectation) {
  mkdirSync(join(root, '.tmp'), { recursive: true })
  const runDir = mkdtempSync(join(root, '.tmp', 'mutant-'))
  const report = join(runDir, 'report.json')
  const args = [
    'test',
    '--project=e2e',
    ...testsFor(mutant, expectation),
    '--reporter=json',
    '--trace=off',
    `--output=${join(runDir, 'out')}`,
  ]
  const { stderr } = spawnSync(join(root, 'node_modules/.bin/playwright'), args, {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      [isOfUseCache(mutant) ? 'S3_CACHE_USE_CACHE_MUTANT' : 'S3_CACHE_MUTANT']: join(mutantsDir, `${mutant}.mjs`),
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

/**
 * Where a share or a tag decides, all tests that could count; else those that must fail, and the controls. The fixture of
 * `use cache` is built for its own mutants only.
 */
function testsFor(mutant, { mustFail, everyTagged, share }) {
  if (everyTagged !== undefined || share !== undefined) {
    return ['--grep', `@(${everyTagged ?? 'cache'}|control)\\b`, '--grep-invert', USE_CACHE_SPEC]
  }
  const titles = mustFail.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(' › ', ' '))
  if (isOfUseCache(mutant)) return ['--grep', [`${USE_CACHE_SPEC}.*@control\\b`, ...titles].join('|')]
  return ['--grep', ['@control\\b', ...titles].join('|'), '--grep-invert', USE_CACHE_SPEC]
}
