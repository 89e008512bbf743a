// What memory is left after many large entries: `node --expose-gc benches/memory.mjs [--write]`, after `pnpm build`.
import { createHash } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import { withFolder, writeSourceText } from './lib/apps.mjs'
import { claimsOfMemory } from './lib/asked-for.mjs'
import { s3Env } from './lib/contestants.mjs'
import { kilobytes, number } from './lib/format.mjs'
import { createLargePages } from './lib/large-pages.mjs'
import { startLocalS3Process } from './lib/local-s3-process.mjs'
import { collectGarbage } from './lib/measure.mjs'
import { table } from './lib/results.mjs'
import { runBench } from './lib/run-bench.mjs'

const ENTRY_BYTES = 1_000_000
const AT_ONCE = 8
const STEPS = 5
const RSS_EVERY_MS = 50
const MIB = 2 ** 20
/** The option's default. */
const MEMORY_MAX_BYTES = 64 * MIB
/** What takes long is to be waited for: an entry that is not stored is not measured. */
const TIMEOUT_MS = '30000'
const CONTEXT = { kind: 'APP_PAGE', isFallback: false }

async function measure({ quick }) {
  const count = quick ? 40 : 5000
  const s3 = await startLocalS3Process()
  try {
    const env = { CACHE_DEPLOYMENT: 'bench', CACHE_LOG: 'error', CACHE_TIMEOUT_MS: TIMEOUT_MS }
    Object.assign(process.env, s3Env(s3), env)
    // With less, a few entries are many.
    if (quick) process.env.CACHE_MEMORY_MAX_BYTES = String(8 * MIB)
    const handler = await openHandler(await largePages())
    const levels = [{ after: 'nothing', ...level() }]
    const rss = watchRss()
    for (const phase of ['written', 'read']) {
      const work = (number) => (phase === 'written' ? handler.write(number) : handler.read(number))
      for (let step = 0; step < STEPS; step++) {
        const inStep = () => inBatches((step * count) / STEPS, count / STEPS, work)
        const requests = await s3.countsOf(inStep, '/entries/')
        levels.push({ phase, after: `${((step + 1) * count) / STEPS} ${phase}`, ...level(), requests })
      }
    }
    return { count, levels, peakRss: rss.stop(), storedBytes: handler.storedBytes() / count }
  } finally {
    await s3.stop()
  }
}

const largePages = () =>
  withFolder('bench-memory', (dir) => {
    process.env.BENCH_TEXT = writeSourceText(dir)
    return createLargePages(ENTRY_BYTES)
  })

/** It takes its settings from the environment when it is loaded. */
async function openHandler(pageOf) {
  const { default: S3CacheHandler } = await import('../packages/s3-cache-handler/dist/index.js')
  const handler = new S3CacheHandler({ dev: false, revalidatedTags: [], _requestHeaders: {} })
  /** By key, what ends the wait for an entry to be stored: `set` returns before that. */
  const waiting = new Map()
  let storedBytes = 0
  subscribe('s3-cache-handler:event', ({ name, key, bytes, error }) => {
    if (name === 'not-stored') throw error
    if (name !== 'stored') return
    storedBytes += bytes
    waiting.get(key)?.()
  })
  const digests = new Map()
  return {
    async write(number) {
      const key = keyOf(number)
      const page = pageOf(number)
      digests.set(number, digestOf(page))
      const stored = new Promise((resolve) => waiting.set(key, resolve))
      await handler.set(key, page, { ...CONTEXT, cacheControl: { revalidate: 3600 } })
      await stored
      waiting.delete(key)
    },
    async read(number) {
      const found = await handler.get(keyOf(number), CONTEXT)
      if (found === null || digestOf(found.value) !== digests.get(number)) {
        throw new Error(`Entry ${number} is not what was written`)
      }
    },
    storedBytes: () => storedBytes,
  }
}

const keyOf = (number) => `/route-cache/APP_PAGE/${'0'.repeat(64)}/$/large/${number}`

/** Less to keep than the page, and less to make than the page once more. */
const digestOf = ({ html, rscData }) => createHash('sha1').update(html).update(rscData).digest('base64')

async function inBatches(first, count, work) {
  for (let start = first; start < first + count; start += AT_ONCE) {
    const size = Math.min(AT_ONCE, first + count - start)
    await Promise.all(Array.from({ length: size }, (_, index) => work(start + index)))
  }
}

/** The most that it is meanwhile. */
function watchRss() {
  let peak = 0
  const look = () => (peak = Math.max(peak, process.memoryUsage.rss()))
  const timer = setInterval(look, RSS_EVERY_MS)
  return {
    stop() {
      clearInterval(timer)
      return peak
    },
  }
}

function level() {
  collectGarbage()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss, heapUsed, external }
}

function describe({ count, levels, peakRss, storedBytes }) {
  const rows = levels.map(({ after, rss, heapUsed, external, requests = {} }) => [
    after,
    number(rss / MIB),
    number(heapUsed / MIB),
    number(external / MIB),
    requests.PutObject ?? 0,
    requests.GetObject ?? 0,
  ])
  const head = ['after', 'RSS, MiB', 'heap, MiB', 'external, MiB', 'PUTs', 'GETs']
  return `${number(count)} distinct pages of ${ENTRY_BYTES / 1e6} MB, half of it prose and half of it random bytes, ${AT_ONCE} at once: written through the handler
in one process, then all read by it. A page takes ${kilobytes(storedBytes)} in the bucket, which is in another process. With the default
\`memoryMaxBytes\`, ${MEMORY_MAX_BYTES / MIB} MiB, measured after a collection; RSS was ${number(peakRss / MIB)} MiB at most, by a look each ${RSS_EVERY_MS} ms.

${table(head, rows)}`
}

await runBench({ title: 'Memory: many large entries', measure, describe, claims: claimsOfMemory })
