// `pnpm demo [--port N]`: the two example apps, each on two instances behind a proxy, with one bucket and one origin, until
// Ctrl-C.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startNextInstance } from './lib/next-instance.mjs'
import { pnpmCommand } from './lib/pnpm.mjs'
import { assertPortFree } from './lib/ports.mjs'
import { startReactRouterInstance } from './lib/react-router-instance.mjs'
import { startRoundRobinProxy } from './lib/round-robin-proxy.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const NEXT_APP = fileURLToPath(new URL('../example-app', import.meta.url))
const REACT_ROUTER_APP = fileURLToPath(new URL('../example-app-react-router', import.meta.url))
const DEFAULT_PORT = 3000
const PORTS_NEEDED = 8
const BUCKET = 'newsroom'
const CREDENTIALS = { accessKeyId: 'demo', secretAccessKey: 'demo-secret' }
const EXPLORER_PASSWORD = 'ring-twice'
/** A terminal's Ctrl-C reaches the instances, too: time for this process to hear of it before their end looks like a death. */
const INTERRUPT_GRACE_MS = 300

/** A mistake that a person can mend: its message is all that they need. */
class DemoError extends Error {}

/** What to stop at the end, in the order of starting. @type {Array<() => Promise<unknown>>} */
const running = []
const interrupted = new AbortController()

// Not `once`: npx, pnpm and the terminal may each pass the same Ctrl-C on.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => interrupted.abort())

async function demo() {
  const ports = portsFrom(process.argv.slice(2))
  checkNode()
  await checkPorts(ports)

  console.log('The Ferry Bell: a newspaper in two editions, printed by four servers, kept in one bucket.\n')
  const origin = await startOriginOn(ports.origin)
  await build({
    ORIGIN_URL: origin.url,
    NEXT_PUBLIC_OTHER_EDITION_URL: at(ports.otherProxy),
    VITE_OTHER_EDITION_URL: at(ports.proxy),
  })
  const s3 = await startS3On(ports.s3)
  const env = { ORIGIN_URL: origin.url, ...cacheEnv(s3.url) }
  const { next, reactRouter } = await startInstances(ports, env)

  await startProxy(ports.proxy, next)
  await startProxy(ports.otherProxy, reactRouter)
  printGuide(ports)
  await Promise.race([aborted(), ...[...next, ...reactRouter].map(death)])
}

/**
 * @typedef {'proxy' | 'a' | 'b' | 'origin' | 's3' | 'otherProxy' | 'c' | 'd'} PortName
 * @typedef {Record<PortName, number>} Ports
 *
 * @param {string[]} argv
 * @returns {Ports}
 */
function portsFrom(argv) {
  const value = portOption(argv) ?? String(DEFAULT_PORT)
  const highest = 65_535 - PORTS_NEEDED + 1
  const port = Number(value)
  if (!/^\d+$/.test(value) || port < 1 || port > highest) {
    throw new DemoError(
      `--port must be a number from 1 to ${highest} (the demo takes ${PORTS_NEEDED} ports from there on), got "${value}"`,
    )
  }
  const [proxy, a, b, origin, s3, otherProxy, c, d] = Array.from({ length: PORTS_NEEDED }, (_, offset) => port + offset)
  return { proxy, a, b, origin, s3, otherProxy, c, d }
}

/** @param {string[]} argv @returns {string | undefined} */
function portOption(argv) {
  try {
    // Some package managers hand their own `--` on.
    const args = argv.filter((arg) => arg !== '--')
    return parseArgs({ args, options: { port: { type: 'string' } } }).values.port
  } catch (error) {
    throw new DemoError(
      `${error instanceof Error ? error.message : String(error)}\nUsage: pnpm demo [--port ${DEFAULT_PORT}]`,
    )
  }
}

function checkNode() {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const [major = 0, minor = 0] = engines.node.match(/\d+/g)?.map(Number) ?? []
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number)
  if (ownMajor < major || (ownMajor === major && ownMinor < minor)) {
    throw new DemoError(`The demo needs Node ${engines.node}; this is ${process.versions.node}`)
  }
}

/** @param {Ports} ports */
async function checkPorts(ports) {
  for (const port of Object.values(ports)) {
    try {
      await assertPortFree(port)
    } catch (error) {
      const { message } = /** @type {Error} */ (error)
      throw new DemoError(`${message}. The demo takes ports ${ports.proxy} to ${ports.d}; choose others with --port.`)
    }
  }
}

/** @param {number} port */
async function startOriginOn(port) {
  console.log(`  The newsroom's origin opens on port ${port}.`)
  const { startOrigin } = await import('../example-app/origin/server.mjs')
  const origin = await startOrigin({ port })
  running.push(() => origin.close())
  return origin
}

/** @param {number} port */
async function startS3On(port) {
  console.log(`  The embedded S3 server opens on port ${port}, with an empty bucket "${BUCKET}".`)
  // Built a moment ago, so it cannot be imported at the top.
  const { startLocalS3 } = await import('../packages/local-s3/dist/index.js')
  const s3 = await startLocalS3({ port, buckets: [BUCKET], ...CREDENTIALS })
  running.push(() => s3.close())
  return s3
}

/**
 * @param {Ports} ports
 * @param {Record<string, string | undefined>} env
 */
async function startInstances({ a, b, c, d }, env) {
  console.log(
    `  Four instances start, A and B of Next on ports ${a} and ${b}, C and D of React Router on ${c} and ${d}.`,
  )
  const otherEnv = { ...env, EXPLORER_PASSWORD }
  const started = {
    next: [startNext({ name: 'A', port: a, env }), startNext({ name: 'B', port: b, env })],
    reactRouter: [
      startReactRouter({ name: 'C', port: c, env: otherEnv }),
      startReactRouter({ name: 'D', port: d, env: otherEnv }),
    ],
  }
  // All have settled before a failure of one is looked at: the others must be known, to be stopped.
  await Promise.allSettled(Object.values(started).flat())
  interrupted.signal.throwIfAborted()
  return { next: await Promise.all(started.next), reactRouter: await Promise.all(started.reactRouter) }
}

/** @typedef {import('./lib/instance.d.mts').Instance} Instance */
/** @typedef {{ name: string, port: number, env: Record<string, string | undefined> }} InstanceOptions */

/** @param {InstanceOptions} options */
const startNext = async (options) => stoppedAtEnd(await startNextInstance({ appDir: NEXT_APP, ...options }))

/** @param {InstanceOptions} options */
const startReactRouter = async (options) =>
  stoppedAtEnd(await startReactRouterInstance({ appDir: REACT_ROUTER_APP, ...options }))

/** @param {Instance} instance */
function stoppedAtEnd(instance) {
  running.push(() => instance.stop())
  return instance
}

/** @param {number} port @param {readonly Instance[]} instances */
async function startProxy(port, instances) {
  const proxy = await startRoundRobinProxy({ port, targets: instances.map(({ url }) => url) })
  running.push(() => proxy.close())
}

/** @param {Record<string, string>} env */
async function build(env) {
  console.log('  The packages and the apps are built; this takes half a minute or more.')
  const built = ['local-s3', 'example-app...', 'example-app-react-router...'].flatMap((name) => ['--filter', name])
  const [program, ...args] = [...pnpmCommand(), ...built, 'build']
  // In a process group of its own, because a signal to pnpm alone would not reach the compilers below it.
  const child = spawn(program, args, {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const kill = () => child.pid !== undefined && process.kill(-child.pid, 'SIGTERM')
  interrupted.signal.addEventListener('abort', kill)
  const [code, signal] = await once(child, 'close')
  interrupted.signal.removeEventListener('abort', kill)
  interrupted.signal.throwIfAborted()
  if (code !== 0) throw new DemoError(`${output}\nThe build failed (${signal ?? `code ${code}`}).`)
}

/**
 * What points the handler to the demo's bucket, and at nothing that this shell may be set up for.
 *
 * @param {string} endpoint
 * @returns {Record<string, string | undefined>}
 */
const cacheEnv = (endpoint) => ({
  ...Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => /^(AWS|CACHE)_/.test(name))
      .map((name) => [name, undefined]),
  ),
  CACHE_S3_BUCKET: BUCKET,
  CACHE_S3_ENDPOINT_URL: endpoint,
  // Without one, a clear would have to say that the whole bucket is meant.
  CACHE_KEY_PREFIX: 'newsroom/',
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_REGION: 'us-east-1',
})

/** Rejects when the instance ends by itself. @param {Instance} instance */
async function death(instance) {
  const { code, signal } = await instance.exited
  await sleep(INTERRUPT_GRACE_MS)
  throw new DemoError(`${instance.logs().trimEnd()}\n\nInstance ${instance.name} ended (${signal ?? `code ${code}`}).`)
}

const aborted = async () => {
  if (!interrupted.signal.aborted) await once(interrupted.signal, 'abort')
}

/** @param {number} port */
const at = (port) => `http://localhost:${port}`

/** @param {Ports} ports */
function printGuide({ proxy, a, b, origin, s3, otherProxy }) {
  console.log(`
Open ${at(proxy)}

  A and B in turn   ${at(proxy)}
  instance A        ${at(a)}
  instance B        ${at(b)}
  C and D in turn   ${at(otherProxy)}   the same stories in React Router
  the explorer      ${at(otherProxy)}/explorer   user "ops", password "${EXPLORER_PASSWORD}"
  the origin        ${at(origin)}/hits   what it was asked, and how often
  S3                ${at(s3)}

What to try; the bar at the foot of each page tells who served it:

  · Reload the front page a few times: now A answers, now B, and "Printed at" stays the same. One print for both.
  · Open ${at(a)}/stories/foghorn-dispute, then ${at(b)}/stories/foghorn-dispute:
    B never printed it, and answers HIT out of the bucket.
  · Change a story, and watch the front page within half a minute: STALE, then the new edition on both.
    curl -X POST ${at(origin)}/edit/seal-count -d '{"title":"Biscuit the dog is a seal now"}'
  · Do not wait: open a story, then “Renew” in the bar. Correct the headline at the origin and reload: still the old one.
    Revalidate its tag and reload twice: the new one on both. Softly, it is the old one once more. In a server action
    (“Correct and update”) you see it without a reload. The bar says who was asked, and whether the next view is new.
  · In ${at(proxy)}/archive “Renew” prints a page of the Pages Router anew; “Clear the cache” is on every page.
  · Compare ${at(proxy)}/live, which is never kept: the origin is asked at every visit.
  · Correct a headline in ${at(otherProxy)}/stories/seal-count: both editions
    show it at the next view. “Revalidate the tag” in the Next edition reaches React Router, too.
  · See in the explorer what all four servers have in the bucket, and why.

Ctrl-C stops all of it.`)
}

try {
  await demo()
} catch (error) {
  if (!interrupted.signal.aborted) {
    console.error(error instanceof DemoError ? `\n${error.message}` : error)
    process.exitCode = 1
  }
} finally {
  if (running.length > 0) console.log('\nStopping …')
  for (const stop of running.toReversed()) await stop()
}
