// What memory is left after many large entries: `node --expose-gc benches/memory.mjs [--write]`, after `pnpm build`.
import { subscribe } from 'node:diagnostics_channel'
import { s3Env } from './lib/contestants.mjs'
import { number } from './lib/format.mjs'
import { startLocalS3Process } from './lib/local-s3-process.mjs'
import { collectGarbage } from './lib/measure.mjs'
import { table } from './lib/results.mjs'
import { runBench } from './lib/run-bench.mjs'

const ENTRY_BYTES = 1_000_000
const AT_ONCE = 8
const STEPS = 5
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
    const handler = await openHandler()
    const levels = [{ after: 'nothing', ...level() }]
    const reached = { peakRss: 0 }
    for (const verb of ['written', 'read']) {
      const work = (number) => (verb === 'written' ? handler.write(number) : handler.read(number))
      for (let step = 0; step < STEPS; step++) {
        const requests = await s3.countsOf(
          () => inBatches((step * count) / STEPS, count / STEPS, work, reached),
          '/entries/',
        )
        levels.push({ after: `${((step + 1) * count) / STEPS} ${verb}`, ...level(), requests })
      }
    }
    return { count, levels, peakRss: reached.peakRss }
  } finally {
    await s3.stop()
  }
}

/** It takes its settings from the environment when it is loaded. */
async function openHandler() {
  const { default: S3CacheHandler } = await import('../packages/s3-cache-handler/dist/index.js')
  const handler = new S3CacheHandler({ dev: false, revalidatedTags: [], _requestHeaders: {} })
  /** By key, what ends the wait for an entry to be stored: `set` returns before that. */
  const waiting = new Map()
  subscribe('s3-cache-handler:event', ({ name, key, error }) => {
    if (name === 'stored') waiting.get(key)?.()
    if (name === 'not-stored') throw error
  })
  return {
    async write(number) {
      const key = keyOf(number)
      const stored = new Promise((resolve) => waiting.set(key, resolve))
      await handler.set(key, pageOf(number), { ...CONTEXT, cacheControl: { revalidate: 3600 } })
      await stored
      waiting.delete(key)
    },
    async read(number) {
      const found = await handler.get(keyOf(number), CONTEXT)
      if (found?.value.html !== pageOf(number).html) throw new Error(`Entry ${number} is not what was written`)
    },
  }
}

const keyOf = (number) => `/route-cache/APP_PAGE/${'0'.repeat(64)}/$/large/${number}`

/** Text that differs from page to page, and costs little to store: it repeats. */
function pageOf(number) {
  const text = `<p>Page ${number} of many, which nobody reads twice.</p>`
  const rscData = Buffer.alloc(ENTRY_BYTES / 2, text)
  const headers = { 'x-next-cache-tags': '_N_T_/layout' }
  const html = Buffer.alloc(ENTRY_BYTES / 2, text).toString('latin1')
  return { kind: 'APP_PAGE', html, rscData, headers, postponed: undefined, status: undefined, segmentData: new Map() }
}

async function inBatches(first, count, work, reached) {
  for (let start = first; start < first + count; start += AT_ONCE) {
    const size = Math.min(AT_ONCE, first + count - start)
    await Promise.all(Array.from({ length: size }, (_, index) => work(start + index)))
    reached.peakRss = Math.max(reached.peakRss, process.memoryUsage.rss())
  }
}

function level() {
  collectGarbage()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss, heapUsed, external }
}

function describe({ count, levels, peakRss }) {
  const rows = levels.map(({ after, rss, heapUsed, external, requests = {} }) => [
    after,
    number(rss / MIB),
    number(heapUsed / MIB),
    number(external / MIB),
    requests.PutObject ?? 0,
    requests.GetObject ?? 0,
  ])
  const head = ['after', 'RSS, MiB', 'heap, MiB', 'external, MiB', 'PUTs', 'GETs']
  return `${number(count)} distinct pages of ${ENTRY_BYTES / 1e6} MB, half of it text and half of it bytes, ${AT_ONCE} at once: written through the handler in
one process, then all read by it. With the default \`memoryMaxBytes\`, ${MEMORY_MAX_BYTES / MIB} MiB, measured after a collection; RSS was
${number(peakRss / MIB)} MiB at most. The bucket is in another process.

${table(head, rows)}`
}

await runBench({ title: 'Memory: many large entries', measure, describe })
