// The README's test command: every check of this repository, then one line that sums them up.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findOrInstallBrowser } from './lib/find-browser.mjs'
import { pnpmCommand } from './lib/pnpm.mjs'
import { runSteps } from './lib/run-steps.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
process.chdir(root)

mkdirSync('.tmp', { recursive: true })
// A folder of its own, so that two runs at once do not read each other's reports.
const runDir = mkdtempSync(join(root, '.tmp', 'test-'))
const e2eDir = `${runDir}-e2e`
// Where playwright.config.ts puts traces and logs of such a run.
const resultsDir = join('test-results', basename(e2eDir))
const report = (name) => join(runDir, `${name}.json`)
const bin = (name) => join('node_modules', '.bin', name)

/** @returns {import('./lib/run-step.mjs').Step[]} */
function steps(browser) {
  const unit = report('unit')
  const packages = report('packages')
  const e2e = report('e2e')
  const mutants = report('mutants')
  const e2eEnv = { CHROME_PATH: browser, E2E_RUN_DIR: e2eDir, E2E_BUILD_AHEAD: '1' }
  return [
    { name: 'format', command: [bin('oxfmt'), '--check', '.'] },
    // First, because linting, types and unit tests read the types that one workspace package builds for another.
    { name: 'build', command: [...pnpmCommand(), '-r', 'build'] },
    { name: 'lint', command: [bin('oxlint'), '--deny-warnings'] },
    { name: 'types', command: [bin('tsc'), '--noEmit'] },
    {
      name: 'unit and property tests',
      command: [bin('vitest'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${unit}`],
      report: { path: unit, format: 'vitest' },
    },
    {
      name: 'package checks',
      command: [process.execPath, 'scripts/check-packages.mjs', '--report', packages],
      report: { path: packages, format: 'checks' },
      needs: ['build'],
    },
    {
      name: 'end-to-end tests',
      command: [bin('playwright'), 'test'],
      env: { ...e2eEnv, PLAYWRIGHT_JSON_OUTPUT_FILE: e2e },
      report: { path: e2e, format: 'playwright' },
      needs: ['build'],
    },
    {
      name: 'mutant per-process',
      command: [process.execPath, 'scripts/test-mutants.mjs', 'per-process', '--report', mutants],
      env: { CHROME_PATH: browser },
      report: { path: mutants, format: 'checks' },
      needs: ['build'],
    },
  ]
}

/** @returns {Promise<number>} */
async function main() {
  try {
    return await runSteps(steps(findOrInstallBrowser()), {
      hint: `Reports: ${relative(root, runDir)}; traces and logs of failed tests: ${resultsDir}`,
    })
  } catch (error) {
    console.error(error.message)
    console.log('0 passed, 1 failed')
    return 1
  }
}

process.exitCode = await main()
if (process.exitCode === 0) {
  for (const folder of [runDir, resultsDir]) rmSync(folder, { recursive: true, force: true })
}
