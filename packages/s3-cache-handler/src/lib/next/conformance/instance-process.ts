// One instance of an app, without the app: Next's own caches on top of a handler module. Started by instance.ts.
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { deserialize, serialize } from 'node:v8'
import type { Durations } from '../announce.ts'
import { nextNow } from '../next-now.ts'
import type { NextValue } from '../next-values.ts'
import { readWhole } from '../streams.ts'
import type { UseCacheEntry } from '../use-cache.ts'
import type {
  AnswerMessage,
  CallMessage,
  Found,
  InstanceCalls,
  Target,
  UseCacheFound,
  UseCacheTarget,
  UseCacheValue,
} from './instance-calls.ts'
import { usedInPrerender, watchPrerenders } from './prerender-watch.ts'

interface Settings {
  readonly cacheHandler?: string
  readonly useCacheHandler?: string
  readonly serverDistDir: string
  readonly prerenderManifest: { readonly preview: unknown }
}

interface Read {
  /** -1: to be rendered before anything is served. */
  readonly isStale?: boolean | -1
  readonly value: NextValue
}

/** As Next uses it: internal, so what is there is declared here. */
interface IncrementalCache {
  get(key: string, context: object): Promise<Read | null>
  set(key: string, value: NextValue, context: object): Promise<void>
  revalidateTag(tags: readonly string[], durations?: Durations): Promise<void>
  readonly cacheHandler: {
    get(key: string, context: object): Promise<Read | null>
    set(key: string, value: NextValue, context: object): Promise<void>
  }
}

interface PluralHandler {
  get(key: string, softTags: readonly string[]): Promise<UseCacheEntry | undefined>
  set(key: string, entry: Promise<UseCacheEntry>): Promise<void>
  refreshTags(): Promise<void>
  getExpiration(...tags: readonly unknown[]): Promise<number>
  updateTags?(tags: readonly string[], durations?: Durations): Promise<void>
  expireTags?(...tags: readonly string[]): Promise<void>
}

/** What Next passes where there is no limit. */
const NEVER = 4294967294
const FETCHED = { fetchUrl: 'https://origin.example/data', fetchIdx: 1 }

const settings = JSON.parse(process.env['DESCRIBE_HANDLER'] ?? '{}') as Settings
// Before any handler is loaded, as in Next.
watchPrerenders()
const require = createRequire(import.meta.url)
const { IncrementalCache } = require('next/dist/server/lib/incremental-cache/index.js') as {
  readonly IncrementalCache: new (options: object) => IncrementalCache
}
const { nodeFs } = require('next/dist/server/lib/node-fs-methods.js') as { nodeFs: object }
const Handler = await load(settings.cacheHandler)
const useCacheHandler = (await load(settings.useCacheHandler)) as PluralHandler | undefined

const requests = new Map<number, IncrementalCache>()
/** What was handed out last, by request and key. */
const handedOut = new Map<string, NextValue>()

const calls: InstanceCalls = {
  get: (request, target) => get(request, target),

  async getAndSpoil(request, target) {
    const found = await get(request, target)
    const copy = deserialize(serialize(found)) as Found
    spoil(found.value)
    return copy
  },

  async set(request, target, value) {
    const cache = incrementalCache(request)
    if (target.kind === 'IMAGE') await cache.cacheHandler.set(target.key, value, writeContext(target))
    else await cache.set(target.key, value, writeContext(target))
  },

  async setAgain(request, target) {
    const value = handedOut.get(`${request} ${target.key}`)
    if (value === undefined) throw new Error('This request was given nothing')
    await calls.set(request, target, value)
  },

  getUseCache: (target) => getUseCache(target, (entry) => readWhole(entry.value)),

  getUseCacheTwice: (target) =>
    getUseCache(target, async (entry) => {
      const other = await plural().get(target.key, target.softTags ?? [])
      await other?.value.cancel()
      const third = await plural().get(target.key, target.softTags ?? [])
      const bodies = await Promise.all([entry, ...(third === undefined ? [] : [third])].map((e) => readWhole(e.value)))
      return Buffer.concat(bodies)
    }),

  async setUseCache({ key }, value) {
    await plural().set(key, makeEntry(value))
  },

  async invalidate(tags, durations) {
    const told: (Promise<void> | undefined)[] = [
      Handler === undefined ? undefined : incrementalCache(-1).revalidateTag(tags, durations),
      useCacheHandler?.updateTags?.(tags, durations) ?? useCacheHandler?.expireTags?.(...tags),
    ]
    await Promise.all(told.filter((call) => call !== undefined))
  },

  usedInPrerender: (target) => usedInPrerender(() => get(-2, target)),
  usedInPrerenderOfUseCache: (target) => usedInPrerender(() => calls.getUseCache(target)),
}

async function get(request: number, target: Target): Promise<Found> {
  const cache = incrementalCache(request)
  const context = readContext(target)
  // The optimizer of images asks the handler itself.
  const found =
    target.kind === 'IMAGE' ? await cache.cacheHandler.get(target.key, context) : await cache.get(target.key, context)
  if (found === null || found.isStale === -1) return { verdict: 'gone', value: undefined }
  handedOut.set(`${request} ${target.key}`, found.value)
  return { verdict: found.isStale ? 'stale' : 'fresh', value: found.value }
}

/** As Next's `use-cache-wrapper.js` reads a handler. */
async function getUseCache(
  { key, softTags = [] }: UseCacheTarget,
  bodyOf: (entry: UseCacheEntry) => Promise<Buffer>,
): Promise<UseCacheFound> {
  const handler = plural()
  await handler.refreshTags()
  const entry = await handler.get(key, softTags)
  // Next breaks that part of the page.
  if (entry === null) throw new TypeError('get answered null in place of undefined')
  if (entry === undefined) return { verdict: 'gone' }
  // Next 15.5 passes the tags one by one.
  const expiration = handler.updateTags
    ? await handler.getExpiration(softTags)
    : await handler.getExpiration(...softTags)
  const now = nextNow()
  const isOutdated = expiration < Infinity && entry.timestamp <= expiration
  if (isOutdated || now > entry.timestamp + entry.expire * 1000) return { verdict: 'gone' }
  const verdict = now > entry.timestamp + entry.revalidate * 1000 ? 'stale' : 'fresh'
  return { verdict, body: await bodyOf(entry), tags: entry.tags }
}

async function makeEntry(value: UseCacheValue): Promise<UseCacheEntry> {
  const { chunks, tags = [], revalidate = NEVER, expire = NEVER, makingMs = 0, fails } = value
  const timestamp = nextNow()
  await sleep(makingMs)
  if (fails === 'at-once') throw new Error('The function threw')
  const rest = [...chunks]
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = rest.shift()
      if (chunk !== undefined) controller.enqueue(chunk)
      else if (fails === 'half-way') controller.error(new Error('The stream broke'))
      else controller.close()
    },
  })
  return { value: stream, tags: [...tags], stale: 300, timestamp, revalidate, expire }
}

function plural(): PluralHandler {
  if (useCacheHandler === undefined) throw new Error('There is no handler of use cache')
  return useCacheHandler
}

/** Next makes one for every request, and a handler with it. */
function incrementalCache(request: number): IncrementalCache {
  let cache = requests.get(request)
  if (cache === undefined) {
    cache = new IncrementalCache({
      fs: nodeFs,
      dev: false,
      flushToDisk: true,
      minimalMode: false,
      serverDistDir: settings.serverDistDir,
      requestHeaders: {},
      maxMemoryCacheSize: 0,
      fetchCacheKeyPrefix: '',
      CurCacheHandler: Handler,
      previewProps: settings.prerenderManifest.preview,
      prerenderManifest: settings.prerenderManifest,
      // Next 15.5 asks for it so.
      getPrerenderManifest: () => settings.prerenderManifest,
    })
    if (request >= 0) requests.set(request, cache)
  }
  return cache
}

function readContext(target: Target): object {
  const { kind, tags = [], softTags = [], revalidate = false } = target
  return kind === 'FETCH'
    ? { kind, revalidate: revalidate === false ? NEVER : revalidate, ...FETCHED, tags, softTags }
    : responseContext(target)
}

function writeContext(target: Target): object {
  const { kind, tags = [], revalidate = false, expire } = target
  return kind === 'FETCH'
    ? { fetchCache: true, ...FETCHED, tags, isImplicitBuildTimeCache: false }
    : { ...responseContext(target), cacheControl: { revalidate, expire } }
}

function responseContext({ kind, isPartial = false }: Target): object {
  const route = { kind, sourceRoute: kind === 'APP_PAGE' ? '/[...path]/page' : '/[...path]' }
  return kind === 'IMAGE'
    ? { kind, isFallback: false }
    : { kind, route, isRoutePPREnabled: isPartial, isFallback: false }
}

/**
 * What a careless reader can do to an answer: to its fields and its headers. The rest Next only reads, and its own memory
 * cache gives the same one to all requests.
 */
function spoil(value: NextValue | undefined): void {
  const headers = value?.['headers']
  for (const part of [value, headers]) {
    if (typeof part !== 'object' || part === null) continue
    for (const name of Object.keys(part)) Reflect.set(part, name, 'spoilt')
  }
}

/** As Next loads one: `server/lib/format-dynamic-import-path.js` and `lib/interop-default.js`. */
async function load(file: string | undefined): Promise<unknown> {
  if (file === undefined) return undefined
  const loaded = (await import(file)) as { readonly default?: unknown }
  const found = loaded.default ?? loaded
  // Of a CommonJS module that was compiled from a default export.
  return (found as { readonly default?: unknown }).default ?? found
}

// Next has constructed one for whatever request reads by the other handler first.
if (Handler !== undefined) incrementalCache(-1)

process.on('message', ({ id, call, args }: CallMessage) => {
  const called = (calls[call] as (...args: readonly unknown[]) => Promise<unknown>)(...args)
  called.then(
    (value) => answer({ id, kind: 'value', value }),
    (error: unknown) => answer({ id, kind: 'error', error: String(error instanceof Error ? error.stack : error) }),
  )
})
// The tests' process is gone.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

function answer(message: AnswerMessage): void {
  process.send?.(message)
}
