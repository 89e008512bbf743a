import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runSteps } from './run-steps.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))
const bin = (name) => join(root, 'node_modules', '.bin', name)

let project
/** @type {string[]} */
let lines

beforeEach(() => {
  // Inside the repository, so that the project's files find the real runners.
  mkdirSync(join(root, '.tmp'), { recursive: true })
  project = mkdtempSync(join(root, '.tmp', 'steps-'))
  lines = []
  // Of its own, because vitest would look for one upwards and find this repository's.
  write('vitest.config.js', 'export default {}')
})

afterEach(() => rmSync(project, { recursive: true, force: true }))

const write = (name, text) => writeFileSync(join(project, name), text)

const run = (steps) => runSteps(steps, { stdio: 'ignore', log: (line) => lines.push(line), hint: 'look there' })

/** @returns {import('./run-step.mjs').Step} */
function vitestStep() {
  const path = join(project, 'report.json')
  return {
    name: 'unit',
    command: [bin('vitest'), 'run', '--root', project, '--reporter=json', `--outputFile.json=${path}`],
    report: { path, format: 'vitest' },
  }
}

/** @returns {import('./run-step.mjs').Step} */
function playwrightStep() {
  const path = join(project, 'report.json')
  return {
    name: 'e2e',
    command: [bin('playwright'), 'test', '--config', project, '--reporter=json'],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: path },
    report: { path, format: 'playwright' },
  }
}

test('passing tests end in exit status 0 and a line with their number', async () => {
  write('two.test.js', `import { test } from 'vitest'; test('one', () => {}); test('two', () => {})`)
  expect(await run([vitestStep()])).toBe(0)
  expect(lines.at(-1)).toBe('2 passed, 0 failed')
})

test('a throwing test counts one failed, by name', async () => {
  write(
    'bad.test.js',
    `import { test } from 'vitest'; test('good', () => {}); test('bad', () => { throw new Error() })`,
  )
  expect(await run([vitestStep()])).toBe(1)
  expect(lines.slice(-3)).toEqual(['failed: unit: bad', 'look there', '1 passed, 1 failed'])
})

test('a throwing Playwright test counts one failed, and a skipped one is named with its reason', async () => {
  write(
    'bad.spec.ts',
    `import { test } from '@playwright/test'
     test('good', () => {})
     test('bad', () => { throw new Error() })
     test.describe('group', () => test('later', () => { test.skip(true, 'not on Tuesdays') }))`,
  )
  expect(await run([playwrightStep()])).toBe(1)
  expect(lines).toContain('skipped: bad.spec.ts › group › later (not on Tuesdays)')
  expect(lines).toContain('failed: e2e: bad.spec.ts › bad')
  expect(lines.at(-1)).toBe('1 passed, 1 failed, 1 skipped')
})

test('a test file that cannot be loaded counts one failed', async () => {
  write('broken.test.js', `import './missing.js'`)
  expect(await run([vitestStep()])).toBe(1)
  expect(lines.at(-1)).toBe('0 passed, 1 failed')
})

test('a runner killed by a signal counts one failed', async () => {
  write('kill.js', `export default () => process.kill(process.pid, 'SIGKILL')`)
  write('vitest.config.js', `export default { test: { globalSetup: './kill.js' } }`)
  write('fine.test.js', `import { test } from 'vitest'; test('fine', () => {})`)
  expect(await run([vitestStep()])).toBe(1)
  expect(lines).toContain('failed: unit: killed by SIGKILL')
  expect(lines.at(-1)).toBe('0 passed, 1 failed')
})

test('a build error counts one failed, as does each step that needs the build; other steps still run', async () => {
  write('broken.ts', `const broken: string = 1`)
  write('fine.test.js', `import { test } from 'vitest'; test('fine', () => {})`)
  const build = { name: 'build', command: [bin('tsc'), '--noEmit', '--ignoreConfig', join(project, 'broken.ts')] }
  expect(await run([build, vitestStep(), { ...playwrightStep(), needs: ['build'] }])).toBe(1)
  expect(lines).toContain('failed: build: exit status 1')
  expect(lines).toContain('failed: e2e: not run: "build" failed')
  expect(lines.at(-1)).toBe('1 passed, 2 failed')
})

test.each([
  ['vitest', vitestStep],
  ['playwright', playwrightStep],
])('an empty folder counts one failed: %s', async (_, step) => {
  expect(await run([step()])).toBe(1)
  expect(lines.at(-1)).toBe('0 passed, 1 failed')
})

test('a report of an earlier run does not stand in for a missing one', async () => {
  write('fine.test.js', `import { test } from 'vitest'; test('fine', () => {})`)
  expect(await run([vitestStep()])).toBe(0)
  expect(await run([{ ...vitestStep(), command: [process.execPath, '--eval', ''] }])).toBe(1)
  expect(lines).toContain('failed: unit: left no report (exit status 0)')
})

test('a command that does not exist counts one failed', async () => {
  expect(await run([{ name: 'lint', command: ['no-such-program'] }])).toBe(1)
  expect(lines.at(-1)).toBe('0 passed, 1 failed')
})

test('every step is followed by its seconds', async () => {
  await run([{ name: 'nothing', command: [process.execPath, '--eval', ''] }])
  expect(lines.find((line) => line.startsWith('── nothing:'))).toMatch(/^── nothing: \d+\.\d s$/)
})

test('after each step all results so far are handed on', async () => {
  const step = { name: 'nothing', command: [process.execPath, '--eval', ''] }
  /** @type {string[][]} */
  const seen = []
  const onStep = (results) => seen.push(results.map(({ name, code }) => `${name} ${code}`))
  await runSteps([step, { ...step, name: 'nothing more' }], { log: (line) => lines.push(line), onStep })
  expect(seen).toEqual([['nothing 0'], ['nothing 0', 'nothing more 0']])
})
