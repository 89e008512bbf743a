// The README's test command: every check of this repository, then one line that sums them up.
import { rmSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findOrInstallBrowser } from './lib/find-browser.mjs'
import { pnpmCommand } from './lib/pnpm.mjs'
import { inRunFolder } from './lib/run-folder.mjs'
import { runSteps } from './lib/run-steps.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
process.chdir(root)

const PER_PROCESS = ['per-process', 'use-cache/per-process']

const bin = (name) => join('node_modules', '.bin', name)

/** @returns {import('./lib/run-step.mjs').Step[]} */
function steps(browser, runDir, e2eDir) {
  const report = (name) => join(runDir, `${name}.json`)
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
    { name: 'API reference', command: [process.execPath, 'tools/api-docs/make.mjs', '--check'] },
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
      name: 'mutants per-process',
      command: [process.execPath, 'scripts/test-mutants.mjs', ...PER_PROCESS, '--short', '--report', mutants],
      env: { CHROME_PATH: browser },
      report: { path: mutants, format: 'checks' },
      needs: ['build'],
    },
  ]
}

process.exitCode = await inRunFolder(root, 'test', async (runDir) => {
  const e2eDir = `${runDir}-e2e`
  // Where playwright.config.ts puts traces and logs of such a run.
  const resultsDir = join('test-results', basename(e2eDir))
  const exitCode = await runSteps(steps(findOrInstallBrowser(), runDir, e2eDir), {
    hint: `Reports: ${relative(root, runDir)}; traces and logs of failed tests: ${resultsDir}`,
  })
  if (exitCode === 0) rmSync(resultsDir, { recursive: true, force: true })
  return exitCode
})
