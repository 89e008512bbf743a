import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

const READY_WITHIN_MS = 60_000
const KILL_AFTER_MS = 10_000
const LOG_TAIL_LINES = 40

/** @typedef {import('./instance.d.mts').Exit} Exit */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()
// A parent that dies of an exception must not leave servers behind.
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

/**
 * Starts one server as a child of this process, without npx or a package manager in between: they do not pass signals on.
 *
 * @param {import('./instance.d.mts').InstanceCommand} command
 * @returns {Promise<import('./instance.d.mts').Instance>}
 */
export async function startInstance({ title, args, appDir, port, name, env, readyLine, readyPath }) {
  const child = spawn(process.execPath, args, {
    cwd: appDir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', PORT: String(port), ...env, INSTANCE_NAME: name },
  })
  running.add(child)

  let output = ''
  const exited = exitOf(child)
  const ready = new Promise((/** @type {(value: void) => void} */ resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text
        if (readyLine.test(output)) resolve()
      })
    }
  })

  const instance = {
    name,
    port,
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? -1,
    logs: () => output,
    exited,
    /** @param {NodeJS.Signals} [signal] */
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      const killer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
      return await exited.finally(() => clearTimeout(killer))
    },
  }

  const outcome = await Promise.race([
    ready.then(() => firstAnswer(instance.url + readyPath)).catch(() => exited),
    exited,
    sleep(READY_WITHIN_MS, 'late', { ref: false }),
  ])
  if (outcome === 'ready') return instance
  if (outcome === 'late') await instance.stop('SIGKILL')
  const reason =
    typeof outcome === 'string' ? `was not ready within ${READY_WITHIN_MS} ms` : `exited with ${describe(outcome)}`
  throw new Error(`${title} instance "${name}" on port ${port} ${reason}. Its last lines:\n${tail(output)}`)
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<Exit>}
 */
function exitOf(child) {
  return new Promise((resolve) => {
    // 'close' comes after the last output was read, so `logs()` is complete by then; 'error' means it never started.
    child.once('close', (code, signal) => resolve({ code, signal }))
    child.once('error', () => resolve({ code: null, signal: null }))
  }).finally(() => running.delete(child))
}

/**
 * A server that has printed its line may still end, and answers nothing until it will not.
 *
 * @param {string} url
 * @returns {Promise<'ready'>}
 */
async function firstAnswer(url) {
  const response = await fetch(url)
  await response.arrayBuffer()
  return 'ready'
}

/** @param {Exit} exit */
const describe = ({ code, signal }) => (signal === null ? `code ${code}` : `signal ${signal}`)

/** @param {string} output */
const tail = (output) => output.trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n')
