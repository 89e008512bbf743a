// One process with the built handler and no Next around it: the cheapest instance there is. Started by handler-process.ts.
import { createHash } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'

const { default: S3CacheHandler } = await import(process.env.HANDLER_MODULE)

// The handler waits for a random time in some places: for this part of it at most.
const { random } = Math
const part = Number(process.env.HANDLER_RANDOM_PART ?? 1)
Math.random = () => random() * part

const CONTEXT = { kind: 'APP_ROUTE', isFallback: false }
const newHandler = () => new S3CacheHandler({ dev: false, revalidatedTags: [], _requestHeaders: {} })
const keyOf = (name) => `/route-cache/APP_ROUTE/${'0'.repeat(64)}/$/driven/${name}`

/** By key, what ends the wait for an entry to be stored: `set` returns before that. */
const waiting = new Map()
subscribe('s3-cache-handler:event', ({ name, key, error }) => {
  const wait = waiting.get(key)
  if (name === 'stored') wait?.resolve()
  if (name === 'not-stored' || name === 'discarded') wait?.reject(error ?? new Error(`${key} was discarded`))
})

/** Everything that handler-process.ts can ask for. */
const calls = {
  /** As Next does it: a `get`, and a `set` on the same object. Resolves once the entry is stored. */
  async render(name, tags) {
    const handler = newHandler()
    await handler.get(keyOf(name), CONTEXT)
    const stored = new Promise((resolve, reject) => waiting.set(keyOf(name), { resolve, reject }))
    const body = createHash('sha256').update(`${name} ${performance.now()}`).digest()
    const value = { kind: 'APP_ROUTE', body, headers: { 'x-next-cache-tags': tags.join(',') }, status: 200 }
    await handler.set(keyOf(name), value, { ...CONTEXT, cacheControl: { revalidate: false } })
    await stored
  },

  async renderMany(count, prefix, tags) {
    await inBatches(namesOf(count, prefix), (name) => calls.render(name, tags.length > 0 ? tags : [`own-${name}`]))
  },

  /** Whether there is anything to serve. */
  async has(name) {
    return (await newHandler().get(keyOf(name), CONTEXT)) !== null
  },

  async countOf(count, prefix) {
    const found = await inBatches(namesOf(count, prefix), (name) => calls.has(name))
    return found.filter(Boolean).length
  },

  /** Hard, one after the other, so that each is an object of the log. */
  async invalidate(...tags) {
    for (const tag of tags) await newHandler().revalidateTag([tag])
  },
}

const namesOf = (count, prefix) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`)

async function inBatches(names, call) {
  const results = []
  for (let start = 0; start < names.length; start += 16) {
    results.push(...(await Promise.all(names.slice(start, start + 16).map((name) => call(name)))))
  }
  return results
}

process.on('message', ({ id, call, args }) => {
  calls[call](...args).then(
    (value) => process.send({ id, value }),
    (error) => process.send({ id, error: String(error?.stack ?? error) }),
  )
})
// The test's process is gone.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
