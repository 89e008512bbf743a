// The long tests: `test-full.mjs [PART …] [--report FILE]`. Each has a small twin in `pnpm test`. Without parts it runs
// all and writes `reports/full.json`, to be committed after the sources that it was made from. With parts it writes FILE,
// where what it has of other parts is kept: each names its sources, package and machine.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findOrInstallBrowser } from './lib/find-browser.mjs'
import { fullReport } from './lib/full-report.mjs'
import { pnpmCommand } from './lib/pnpm.mjs'
import { propertyTests } from './lib/property-tests.mjs'
import { machine, sourceState } from './lib/provenance.mjs'
import { inRunFolder } from './lib/run-folder.mjs'
import { runSteps } from './lib/run-steps.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
process.chdir(root)

const PROPERTY_RUNS = '5000'
const SIMULATION_SCHEDULES = '5000'
/** The planted bugs that it must catch are tests beside it. */
const SIMULATION = 'packages/s3-cache-handler/test/simulation/'
const FAULT_REQUESTS = '10000'
const COMMAND_ENTRIES = '100000'
const KILL_ROUNDS = '50'
const SIGTERM_ROUNDS = '100'
const HISTORY_SECONDS = '600'
const SOAK_SECONDS = '1800'
/** Of the versions that `e2e/lib/next-version.ts` knows. */
const OTHER_NEXT = '16.3'
/** As without limits as may be: a test in which nothing happens must end. */
const UNHURRIED = ['--timeout=600000', '--global-timeout=0']
/** What Next promises a handler, and its version, which the first of them reads from the servers. */
const CONTRACT_SPECS = [
  'next-version',
  'first-request',
  'invalidation',
  'isr-lifetimes',
  'isr-on-two-instances',
  'partial-prerendering',
  'standalone',
  'use-cache',
].map((name) => `e2e/${name}.spec.ts`)

/** @type {Record<string, (report: string) => import('./lib/run-step.mjs').Step>} */
const parts = {
  properties: (report) => ({
    name: `property tests, ${PROPERTY_RUNS} runs each`,
    command: vitest(
      propertyTests(root).filter((file) => !file.startsWith(SIMULATION)),
      report,
    ),
    env: { PROPERTY_RUNS },
    report: { path: report, format: 'vitest' },
  }),
  simulation: (report) => ({
    name: `simulation, ${SIMULATION_SCHEDULES} schedules`,
    command: vitest([SIMULATION], report),
    env: { SIMULATION_SCHEDULES },
    report: { path: report, format: 'vitest' },
  }),
  commands: (report) => ({
    name: `commands on ${COMMAND_ENTRIES} entries`,
    command: vitest(['packages/s3-cache-handler/src/lib/cli/', 'packages/s3-cache-handler/test/command'], report),
    env: { COMMAND_ENTRIES },
    report: { path: report, format: 'vitest' },
    needs: ['build'],
  }),
  benches: (report) => ({
    name: 'smallest rounds of the benches',
    command: vitest(['benches/'], report),
    env: { BENCHES: '1' },
    report: { path: report, format: 'vitest' },
    needs: ['build'],
  }),
  versions: (report) => ({
    name: `end-to-end tests with Next ${OTHER_NEXT}`,
    // By one worker, so that no test that measures time shares the machine with a build.
    command: [join('node_modules', '.bin', 'playwright'), 'test', '--workers=1', ...UNHURRIED, ...CONTRACT_SPECS],
    env: {
      CHROME_PATH: findOrInstallBrowser(),
      E2E_NEXT: OTHER_NEXT,
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    },
    report: { path: report, format: 'playwright' },
    needs: ['build'],
  }),
  e2e: (report) => ({
    name: 'long end-to-end tests',
    command: [join('node_modules', '.bin', 'playwright'), 'test', '--grep=@long', '--workers=1', ...UNHURRIED],
    env: { CHROME_PATH: findOrInstallBrowser(), E2E_LONG: '1', PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    report: { path: report, format: 'playwright' },
    needs: ['build'],
  }),
  faults: long(`store in trouble, ${FAULT_REQUESTS} requests each`, 'unbroken', { E2E_FAULT_REQUESTS: FAULT_REQUESTS }),
  kills: long(`${KILL_ROUNDS} kills`, 'kills', { E2E_KILL_ROUNDS: KILL_ROUNDS }),
  sigterm: long(`${SIGTERM_ROUNDS} SIGTERM rounds`, 'shutdown', { E2E_SIGTERM_ROUNDS: SIGTERM_ROUNDS }),
  history: long(`history of ${HISTORY_SECONDS} seconds`, 'history', { E2E_HISTORY_SECONDS: HISTORY_SECONDS }),
  soak: long(`soak of ${SOAK_SECONDS} seconds`, 'soak', {
    E2E_SOAK_SECONDS: SOAK_SECONDS,
    E2E_SOAK_PLOT: join(root, 'reports/soak.svg'),
  }),
  mutants: (report) => ({
    name: 'all mutants',
    command: [process.execPath, 'scripts/test-mutants.mjs', '--report', report],
    env: { CHROME_PATH: findOrInstallBrowser() },
    report: { path: report, format: 'checks' },
    needs: ['build'],
  }),
}

/** The same end-to-end tests as in `pnpm test`, with larger numbers. */
function long(name, spec, numbers) {
  return (report) => ({
    name,
    command: [
      join('node_modules', '.bin', 'playwright'),
      'test',
      '--workers=1',
      '--global-timeout=0',
      `e2e/${spec}.spec.ts`,
    ],
    env: { CHROME_PATH: findOrInstallBrowser(), PLAYWRIGHT_JSON_OUTPUT_FILE: report, ...numbers },
    report: { path: report, format: 'playwright' },
    needs: ['build'],
  })
}

/** No test is too slow here: what must end in time is for `pnpm test` to say. */
function vitest(files, report) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  return [join('node_modules', '.bin', 'vitest'), 'run', ...files, '--testTimeout=0', '--hookTimeout=0', ...reporters]
}

const { values, positionals } = parseArgs({ options: { report: { type: 'string' } }, allowPositionals: true })
const chosen = positionals.length > 0 ? positionals : Object.keys(parts)
const reportFile = values.report ?? (positionals.length > 0 ? undefined : 'reports/full.json')

process.exitCode = await inRunFolder(root, 'full', run)

async function run(runDir) {
  const unknown = chosen.filter((part) => !Object.hasOwn(parts, part))
  if (unknown.length > 0)
    throw new Error(`Unknown parts: ${unknown.join(', ')}; known: ${Object.keys(parts).join(', ')}`)
  const hashFile = join(runDir, 'hash.json')
  const steps = [
    { name: 'build', command: [...pnpmCommand(), '-r', 'build'] },
    {
      name: 'package hash',
      command: [process.execPath, 'scripts/hash-package.mjs', '--report', hashFile],
      needs: ['build'],
    },
    ...chosen.map((part) => parts[part](join(runDir, `${part}.json`))),
  ]
  const before = sourceState(root)
  const earlier = positionals.length > 0 ? readJson(reportFile ?? '') : undefined
  // After each step, so that a run of two hours that is ended leaves what it has shown.
  const onStep = (results) => {
    if (reportFile === undefined) return
    const packageHash = readJson(hashFile)?.packageHash ?? null
    const about = { root, before, after: sourceState(root), packageHash, machine: machine() }
    mkdirSync(dirname(reportFile), { recursive: true })
    writeFileSync(reportFile, `${JSON.stringify(fullReport(about, results, earlier), undefined, 2)}\n`)
  }
  return runSteps(steps, { onStep, hint: `Reports: ${relative(root, runDir)}` })
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}
