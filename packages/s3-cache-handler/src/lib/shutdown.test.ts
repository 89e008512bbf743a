import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

/** Signals end real processes, so each test has one of its own, which runs the module as compiled by `tsc`. */
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 's3-cache-shutdown-'))
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  const source = fileURLToPath(new URL('./shutdown.ts', import.meta.url))
  const flags = ['--module', 'nodenext', '--target', 'es2023', '--rewriteRelativeImportExtensions', '--skipLibCheck']
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await promisify(execFile)(process.execPath, [
    tsc,
    ...flags,
    '--ignoreConfig',
    '--types',
    'node',
    '--outDir',
    folder,
    source,
  ])
}, 60_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Ending {
  readonly output: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Runs `script` until it says "ready", sends it `signals` one after another, and tells how it ended. */
function run(script: string, ...signals: NodeJS.Signals[]): Promise<Ending> {
  const prelude = `
    import { drainAll, drainOnShutdown } from ${JSON.stringify(pathToFileURL(join(folder, 'shutdown.js')).href)}
    import { setTimeout as sleep } from 'node:timers/promises'
    import { writeSync } from 'node:fs'
    const say = (line) => writeSync(1, line + '\\n')
    /** A cache whose writes take so long, or that is told when they are done. */
    function cache(name, { takesMs = 50, pending = 1 } = {}) {
      return {
        pendingWrites: pending,
        async drain(timeoutMs) {
          say(name + ' drains')
          await sleep(Math.min(takesMs, timeoutMs))
          this.pendingWrites = 0
          say(name + ' drained')
          return 0
        },
      }
    }
    /** As a server: stays until a signal comes. */
    const stay = () => setInterval(() => {}, 1000)
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', `${prelude}\n${script}\nsay('ready')`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const left = [...signals]
  let output = ''
  return new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      // The next signal follows when the process has noticed the one before.
      const noticed = output.split('\n').length - 1
      while (left.length > 0 && noticed > signals.length - left.length) child.kill(left.shift())
    })
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ output, code, signal }))
  })
}

it('writes what is pending before a signal ends the process, by this very signal', async () => {
  const script = `drainOnShutdown(cache('a'), 5000); stay()`
  expect(await run(script, 'SIGTERM')).toEqual({
    output: 'ready\na drains\na drained\n',
    code: null,
    signal: 'SIGTERM',
  })
  expect(await run(script, 'SIGINT')).toEqual({ output: 'ready\na drains\na drained\n', code: null, signal: 'SIGINT' })
})

it('writes before the exit of a server that handles the signal itself, with the code of that exit', async () => {
  const script = `
    drainOnShutdown(cache('a'), 5000)
    process.on('SIGTERM', () => { say('server closed'); process.exit(7) })
    stay()`
  const { output, code } = await run(script, 'SIGTERM')
  expect(output).toBe('ready\nserver closed\na drains\na drained\n')
  expect(code).toBe(7)
})

it('waits for what requests write that are still answered after the signal', async () => {
  const script = `
    const own = cache('a', { pending: 0 })
    drainOnShutdown(own, 5000)
    process.on('SIGTERM', () => setTimeout(() => { own.pendingWrites = 1; say('answered'); process.exit(0) }, 50))
    stay()`
  const { output, code } = await run(script, 'SIGTERM')
  expect(output).toBe('ready\nanswered\na drains\na drained\n')
  expect(code).toBe(0)
})

it('leaves the ending to a server that handles the signal once', async () => {
  const script = `
    process.once('SIGTERM', () => setTimeout(() => { say('server closed'); process.exit(7) }, 100))
    drainOnShutdown(cache('a'), 5000)
    stay()`
  const { output, code } = await run(script, 'SIGTERM')
  expect(output).toBe('ready\nserver closed\na drains\na drained\n')
  expect(code).toBe(7)
})

it('keeps to the first exit when there is another during the drain', async () => {
  const script = `
    drainOnShutdown(cache('a'), 5000)
    process.on('SIGTERM', () => { process.exit(3); process.exit(4) })
    stay()`
  const { output, code } = await run(script, 'SIGTERM')
  expect(output).toBe('ready\na drains\na drained\n')
  expect(code).toBe(3)
})

it('exits at once when nothing is pending', async () => {
  const script = `
    drainOnShutdown(cache('a', { pending: 0 }), 5000)
    process.on('SIGTERM', () => process.exit(3))
    stay()`
  expect(await run(script, 'SIGTERM')).toEqual({ output: 'ready\n', code: 3, signal: null })
})

it('drains every cache of the process, each for its own time', async () => {
  const script = `
    drainOnShutdown(cache('a', { takesMs: 60_000 }), 100)
    drainOnShutdown(cache('b', { takesMs: 10 }), 60_000)
    stay()`
  const { output, signal } = await run(script, 'SIGTERM')
  expect(output).toBe('ready\na drains\nb drains\nb drained\na drained\n')
  expect(signal).toBe('SIGTERM')
})

it('ends at once at the second signal', async () => {
  const script = `drainOnShutdown(cache('a', { takesMs: 60_000 }), 60_000); stay()`
  const { output, signal } = await run(script, 'SIGINT', 'SIGINT')
  expect(output).toBe('ready\na drains\n')
  expect(signal).toBe('SIGINT')
})

it('does not touch process.exit before a signal comes', async () => {
  const script = `drainOnShutdown(cache('a', { takesMs: 60_000 }), 60_000); process.exit(4)`
  expect(await run(script)).toEqual({ output: '', code: 4, signal: null })
})

it('writes what is pending when a script has nothing more to do, and tries so once', async () => {
  const script = `drainOnShutdown(cache('a'), 5000); drainOnShutdown(cache('b', { takesMs: 60_000 }), 100)`
  const { output, code } = await run(script)
  expect(output).toBe('ready\na drains\nb drains\na drained\nb drained\n')
  expect(code).toBe(0)
})

it('writes what others write at the end of a script', async () => {
  const script = `
    const own = cache('a', { pending: 0 })
    drainOnShutdown(own, 5000)
    process.once('beforeExit', () => setTimeout(() => { own.pendingWrites = 1; say('last write') }, 10))`
  const { output, code } = await run(script)
  expect(output).toBe('ready\nlast write\na drains\na drained\n')
  expect(code).toBe(0)
})

it('drains when it is asked to, without a signal', async () => {
  const script = `drainOnShutdown(cache('a'), 5000); await drainAll()`
  expect(await run(script)).toEqual({ output: 'a drains\na drained\nready\n', code: 0, signal: null })
})
