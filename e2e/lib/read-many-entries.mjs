// Reads many large entries through the built handler, as a fresh process would, and says how much memory that took.
// Started by memory-bound.spec.ts: `read-many-entries.mjs write|read COUNT BYTES`.
import { createHash } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import S3CacheHandler from '../../packages/s3-cache-handler/dist/index.js'

const [mode, count, bytes] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
const AT_ONCE = 8

const handler = new S3CacheHandler({ dev: false, revalidatedTags: [], _requestHeaders: {} })
const keyOf = (number) => `/route-cache/APP_ROUTE/${'0'.repeat(64)}/$/large/${number}`
/** Bytes that differ from entry to entry, and cost little to store: they repeat. */
const bodyOf = (number) => Buffer.alloc(bytes, createHash('sha256').update(String(number)).digest())

/** By key, what ends the wait for an entry to be stored: `set` returns before that. */
const waiting = new Map()
subscribe('s3-cache-handler:event', ({ name, key, error }) => {
  if (name === 'stored') waiting.get(key)()
  if (name === 'not-stored') throw error
})

async function write(number) {
  const stored = new Promise((resolve) => waiting.set(keyOf(number), resolve))
  const value = { kind: 'APP_ROUTE', body: bodyOf(number), headers: {}, status: 200 }
  await handler.set(keyOf(number), value, { kind: 'APP_ROUTE', isFallback: false, cacheControl: { revalidate: false } })
  await stored
}

async function read(number) {
  const found = await handler.get(keyOf(number), { kind: 'APP_ROUTE', isFallback: false })
  if (!found?.value.body.equals(bodyOf(number))) throw new Error(`Entry ${number} is not what was written`)
}

let peakRss = 0
for (let start = 0; start < count; start += AT_ONCE) {
  const numbers = Array.from({ length: Math.min(AT_ONCE, count - start) }, (_, index) => start + index)
  await Promise.all(numbers.map(mode === 'write' ? write : read))
  peakRss = Math.max(peakRss, process.memoryUsage.rss())
}
console.log(`peak RSS ${Math.round(peakRss / 2 ** 20)} MiB`)
process.kill(process.pid, 'SIGTERM')
