// Every S3-facing suite against a real server in a container: see containers/README.md.
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findOrInstallBrowser } from './lib/find-browser.mjs'
import { pnpmCommand } from './lib/pnpm.mjs'
import { inRunFolder } from './lib/run-folder.mjs'
import { runSteps } from './lib/run-steps.mjs'
import { startS3Container } from './lib/s3-container.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
process.chdir(root)

/**
 * What one bucket shared by instances is for; the other specs need local-s3 in the process of the tests. Those of pages
 * run apart: an instance merges the tag log some time after many invalidations, which their counts do not allow for.
 */
const CORE_SPECS = {
  'end-to-end tests of pages': ['isr-on-two-instances', 'isr-lifetimes'],
  'end-to-end tests of invalidation': ['invalidation', 'clear'],
}

/** Every test file that imports it, however indirectly, runs on the endpoint. */
const OPENS_THE_ENDPOINT = 'packages/s3-cache-handler/test/s3-endpoint.ts'

const bin = (name) => join('node_modules', '.bin', name)

/** @returns {import('./lib/run-step.mjs').Step[]} */
function steps(runDir, env) {
  const unit = join(runDir, 'unit.json')
  const vitest = [bin('vitest'), 'related', '--run', '--reporter=default', '--reporter=json']
  return [
    { name: 'build', command: [...pnpmCommand(), '-r', 'build'] },
    {
      name: 'S3 suites',
      command: [...vitest, `--outputFile.json=${unit}`, OPENS_THE_ENDPOINT],
      env,
      report: { path: unit, format: 'vitest' },
    },
    ...Object.entries(CORE_SPECS).map(([name, specs], index) => e2eStep({ name, specs, runDir, index, env })),
  ]
}

/** @returns {import('./lib/run-step.mjs').Step} */
function e2eStep({ name, specs, runDir, index, env }) {
  const path = join(runDir, `e2e-${index}.json`)
  return {
    name,
    command: [bin('playwright'), 'test', '--project=e2e', ...specs.map((spec) => `e2e/${spec}.spec.ts`)],
    env: {
      ...env,
      CHROME_PATH: findOrInstallBrowser(),
      E2E_RUN_DIR: `${runDir}-e2e-${index}`,
      PLAYWRIGHT_JSON_OUTPUT_FILE: path,
    },
    report: { path, format: 'playwright' },
    needs: ['build'],
  }
}

process.exitCode = await inRunFolder(root, 'containers', async (runDir) => {
  const container = await startS3Container()
  const stopAndExit = () => void container.stop().finally(() => process.exit(1))
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stopAndExit)
  try {
    console.log(`${container.image} answers at ${container.env.S3_TEST_ENDPOINT}`)
    const hint = `Reports: ${relative(root, runDir)}; the server's log: ${relative(root, join(runDir, 'server.log'))}`
    const exitCode = await runSteps(steps(runDir, container.env), { hint })
    if (exitCode !== 0) await container.saveLog(join(runDir, 'server.log'))
    return exitCode
  } finally {
    await container.stop()
  }
})
