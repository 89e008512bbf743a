import { basename, join } from 'node:path'
import { defineConfig, devices, type PlaywrightTestConfig } from '@playwright/test'
import { runDir } from './e2e/lib/run-dir.ts'
import type { WorkerOptions } from './e2e/lib/test.ts'
import { BROWSER_FLAGS, findBrowser, INSTALL_COMMAND } from './scripts/lib/find-browser.mjs'

// The workers read this file again, and must come to the same folder.
process.env.E2E_RUN_DIR = runDir

const executablePath = findBrowser()
if (!executablePath) throw new Error(`No browser for the end-to-end tests: ${INSTALL_COMMAND}`)

const jsonReport = process.env.PLAYWRIGHT_JSON_OUTPUT_FILE

const config: PlaywrightTestConfig<object, WorkerOptions> = defineConfig<object, WorkerOptions>({
  testDir: 'e2e',
  globalSetup: './e2e/lib/global-setup.ts',
  outputDir: join('test-results', basename(runDir)),
  fullyParallel: false,
  forbidOnly: true,
  // Only `pnpm test:full` has the time for them.
  ...(process.env.E2E_LONG === undefined && { grepInvert: /@long\b/ }),
  retries: 0,
  workers: 2,
  // A test that builds its app takes a minute where other work slows the machine down.
  timeout: 120_000,
  globalTimeout: 18 * 60_000,
  expect: { timeout: 5000 },
  reporter: jsonReport ? [['list'], ['json', { outputFile: jsonReport }]] : 'list',
  use: {
    ...devices['Desktop Chrome'],
    trace: 'retain-on-failure',
    launchOptions: { executablePath, args: BROWSER_FLAGS },
  },
  projects: [
    { name: 'e2e', testMatch: '*.spec.ts', teardown: 'logs' },
    // The same once more on instances that look for invalidations at every request.
    { name: 'every-request', testMatch: 'invalidation.spec.ts', use: { tagRefreshMs: 0 }, teardown: 'logs' },
    { name: 'logs', testMatch: 'logs.teardown.ts' },
  ],
})

export default config
