import type { Emit } from './cache-events.ts'
import { Cache, type CacheParts } from './cache.ts'
import { UnsupportedByStoreError } from './data-errors.ts'
import { createEmit, type Listener } from './emit.ts'
import { Gauges } from './gauges.ts'
import { TagIndex } from './index/tag-index.ts'
import { createLayout, type Layout } from './keys/layout.ts'
import { lazily } from './lazily.ts'
import { createConsoleLogger } from './logging/console-logger.ts'
import { createLeveledLogger, type EventLogger } from './logging/leveled-logger.ts'
import { createEventLog } from './logging/log-events.ts'
import { createMemoryLayer } from './memory/memory-layer.ts'
import { withBreaker } from './object-store/breaker.ts'
import { type Capabilities, createCapabilities } from './object-store/capabilities.ts'
import { withDeadline } from './object-store/deadline.ts'
import { lazyStore } from './object-store/lazy-store.ts'
import { createMemoryObjectStore } from './object-store/memory-store.ts'
import type { ObjectStore } from './object-store/object-store.ts'
import type { Presign } from './object-store/presign.ts'
import { withReport } from './object-store/report.ts'
import type { S3ObjectStore, S3StoreOptions } from './object-store/s3-store.ts'
import { withClock } from './object-store/store-time.ts'
import { withRetry } from './object-store/retry.ts'
import { openCaches } from './open-caches.ts'
import type { CacheHandlerOptions, Logger, ResolvedOptions } from './options/options.ts'
import { processWide } from './registry.ts'
import { systemRuntime } from './runtime.ts'
import { drainOnShutdown } from './shutdown.ts'
import { StoreClock } from './store-clock.ts'
import { createTagView, type TagView } from './tags/tag-view.ts'

/** The budget is that of the AWS SDK's own retries, which are off. */
const RETRY = { attempts: 3, baseDelayMs: 50, budget: 100 }
const BREAKER = { failures: 5, firstWaitMs: 250, maxWaitMs: 5000 }

/** What holds the entries: the bucket, a store that is given, or this process alone. */
export type Backend =
  | { readonly kind: 's3'; readonly bucket: string }
  | { readonly kind: 'store'; readonly store: ObjectStore }
  | { readonly kind: 'memory' }

export interface OpenCache {
  /** Names the cache in this process. */
  readonly cacheId: string
  /** Names the objects that it works on: the store and the prefix. */
  readonly placeId: string
  readonly cache: Cache
  /** The guarded store behind it. */
  readonly store: ObjectStore
  /** Makes a URL by which anybody can read an object. Rejects with UnsupportedByStoreError where that is not possible. */
  readonly presign: Presign
  /** What the store has beyond the plain operations: found once, and said once where it is missing. */
  readonly capabilities: Capabilities
  /** What the cache is made of, for another view of the same store. */
  readonly parts: CacheParts
  readonly layout: Layout
  /** The store's time. */
  readonly clock: StoreClock
  /** Undefined where it is in no bucket. */
  readonly bucket: string | undefined
  /** Whether other processes use it too. */
  readonly isShared: boolean
  readonly emit: Emit
  readonly logger: Logger
  readonly gauges: Gauges
}

/** The process's cache for these options: opened once, however often and from wherever it is asked for. */
export function openCache(
  backend: Backend,
  options: ResolvedOptions,
  listeners: Pick<CacheHandlerOptions, 'logger' | 'onEvent'>,
): OpenCache {
  const logger = listeners.logger ?? console
  const onEvent = listeners.onEvent ?? undefined
  const caches = openCaches()
  const id = JSON.stringify([nameOf(backend), options, identify(logger), identify(onEvent)])
  const known = caches.get(id)
  if (known !== undefined) return known
  const opened = { cacheId: id, ...compose(backend, options, createLogger(listeners.logger, options), onEvent) }
  caches.set(id, opened)
  return opened
}

/** A logger of the user's own is given the texts: it makes of them what it wants. */
const createLogger = (own: Logger | null | undefined, options: ResolvedOptions): EventLogger =>
  own == null ? createConsoleLogger(options) : createLeveledLogger(own, options.log)

/** The same for the same place. */
const nameOf = (backend: Backend): readonly (string | number)[] => {
  if (backend.kind === 'store') return ['store', identify(backend.store)]
  return backend.kind === 's3' ? ['s3', backend.bucket] : ['memory']
}

/** A number that stands for an object as long as the process runs. */
function identify(object: object | undefined): number {
  if (object === undefined) return 0
  const ids = processWide('identities', () => ({ last: 0, of: new WeakMap<object, number>() }))
  const id = ids.of.get(object) ?? ++ids.last
  ids.of.set(object, id)
  return id
}

function compose(
  backend: Backend,
  options: ResolvedOptions,
  logger: EventLogger,
  onEvent: Listener | undefined,
): Omit<OpenCache, 'cacheId'> {
  const eventLog = createEventLog(logger, options.log)
  const own = onEvent === undefined ? [] : [onEvent]
  const emit = createEmit([eventLog, ...own], createConsoleLogger(options))
  const layout = createLayout(options.prefix)
  const clockId = JSON.stringify([nameOf(backend), options.endpoint])
  const clock = processWide(`clock ${clockId}`, () => new StoreClock(systemRuntime))
  const isShared = backend.kind !== 'memory'
  const gauges = new Gauges()
  const opened = backend.kind === 'memory' ? undefined : openStore(backend, options, { gauges, emit })
  const store =
    opened === undefined
      ? createMemoryObjectStore({ maxBytes: options.memoryMaxBytes })
      : guard(opened.store, { bell: layout.bell, timeoutMs: options.timeoutMs, clock, emit })
  const capabilities = createCapabilities(store, {
    probeKey: layout.lease(`probe ${systemRuntime.id()}`),
    onLack: (what, reason) => emit({ name: 'store-lacks', what, reason }),
  })
  // A memory store needs no second copy in front of it.
  const memory = createMemoryLayer(isShared ? options.memoryMaxBytes : 0)
  const tags = sharedTags(backend, options, { store, layout, clock }, { first: eventLog, own })
  const index = new TagIndex(store, layout)
  const parts: CacheParts = {
    ...options,
    store,
    hasConditionalPut: () => capabilities.has('conditional-put'),
    // What cannot be asked now is asked again at the next entry.
    hasExpiryTags: async () => options.expiryTags && (await capabilities.has('tags').catch(() => false)),
    memory,
    layout,
    tags,
    index,
    emit,
    runtime: systemRuntime,
    now: () => clock.now(),
  }
  const cache = new Cache(parts)
  gauges.add({ memoryEntries: () => memory.size, memoryBytes: () => memory.bytes, indexedEntries: () => index.size })
  gauges.add(tags.sizes)
  gauges.add(cache.sizes)
  if (isShared) drainOnShutdown(cache, options.drainMs)
  const placeId = JSON.stringify([nameOf(backend), options.endpoint, options.prefix])
  const bucket = backend.kind === 's3' ? backend.bucket : undefined
  const presign = opened?.presign ?? cannotPresign
  return { placeId, bucket, cache, store, presign, capabilities, parts, layout, clock, isShared, emit, logger, gauges }
}

/** By what they are about, so that handlers with listeners of their own share them. */
function sharedTags(
  backend: Backend,
  options: ResolvedOptions,
  parts: { store: ObjectStore; layout: Layout; clock: StoreClock },
  listeners: { readonly first: Listener; readonly own: readonly Listener[] },
): TagView {
  const { endpoint, prefix, tagRefreshMs, timeoutMs } = options
  const id = JSON.stringify([nameOf(backend), endpoint, prefix, tagRefreshMs])
  // Told to all who share them, and logged once.
  const told = processWide(`tag listeners ${id}`, () => [listeners.first])
  told.push(...listeners.own)
  return processWide(`tags ${id}`, () => {
    // In memory, where the least recently used goes, the log must not go with it.
    const store =
      backend.kind === 'memory' ? createMemoryObjectStore({ maxBytes: Number.MAX_SAFE_INTEGER }) : parts.store
    const emit = createEmit(told, createConsoleLogger(options))
    return createTagView({ ...parts, store, emit, runtime: systemRuntime, tagRefreshMs, timeoutMs })
  })
}

interface Opened {
  readonly store: ObjectStore
  readonly presign: Presign
}

interface Guards {
  readonly bell: string
  readonly timeoutMs: number
  readonly clock: StoreClock
  readonly emit: Emit
}

function guard(store: ObjectStore, { bell, timeoutMs, clock, emit }: Guards): ObjectStore {
  const timed = withClock(store, { clock, emit, monotonicMs: () => systemRuntime.monotonicMs() })
  const bounded = withDeadline(withRetry(timed, RETRY), timeoutMs)
  return withReport(withBreaker(bounded, { ...BREAKER, probe: () => bounded.get(bell) }), emit)
}

/** The AWS SDK is loaded only where there is a bucket to talk to. */
function openStore(
  backend: Exclude<Backend, { kind: 'memory' }>,
  options: ResolvedOptions,
  observers: Pick<OpenCache, 'gauges' | 'emit'>,
): Opened {
  if (backend.kind === 'store') return { store: backend.store, presign: cannotPresign }
  const open = lazily(() => openS3({ ...options, bucket: backend.bucket }, observers))
  return {
    store: lazyStore(open),
    presign: async (key, call) => await ((await open()).presign ?? cannotPresign)(key, call),
  }
}

async function openS3(
  options: S3StoreOptions,
  { gauges, emit }: Pick<OpenCache, 'gauges' | 'emit'>,
): Promise<S3ObjectStore> {
  const { createS3ObjectStore } = await import('./object-store/s3-store.ts')
  const store = createS3ObjectStore(options, (request) => emit({ name: 'request', ...request }))
  gauges.add({ presignedUrls: () => store.stats().presignedUrls })
  return store
}

const cannotPresign: Presign = () => Promise.reject(new UnsupportedByStoreError('presign', 'presigned URLs'))
