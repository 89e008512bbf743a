import { outside } from '../async-context.ts'
import { InvalidOptionError } from '../errors.ts'
import { Leases } from '../leases/leases.ts'
import { Refreshes } from '../leases/refreshes.ts'
import type { Capability } from '../object-store/capabilities.ts'
import { createNullObjectStore } from '../object-store/null-store.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import { type Backend, openCache, type OpenCache } from '../open-cache.ts'
import type { ResolvedOptions } from '../options/options.ts'
import { missingBucket } from '../options/resolve-options.ts'
import { processWide } from '../registry.ts'
import { drainOnShutdown } from '../shutdown.ts'
import { countEvents } from './counted-events.ts'
import { Counters } from './counters.ts'
import { createDataCache } from './create-data-cache.ts'
import type { S3Cache } from './data-cache.ts'
import { DataEntries } from './data-entries.ts'
import { resolveDataOptions, type S3CacheOptions } from './data-options.ts'
import { DataReader } from './data-reader.ts'
import { dataRuntime as runtime } from './data-runtime.ts'
import { Flights } from './flights.ts'
import { Listing } from './listing.ts'
import { noteOpenCache } from './open-cache-of.ts'
import { Remember } from './remember.ts'
import { createValueCodec } from './value-codec.ts'

/** What all data caches with the same store and options share in a process. */
interface SharedData {
  readonly entries: DataEntries
  readonly flights: Flights
  readonly leases: Leases
  readonly refreshes: Refreshes
  readonly has: (capability: Capability) => Promise<boolean>
  /** Waits for what is made to be stored, `timeoutMs` at most. */
  readonly drain: (timeoutMs: number) => Promise<void>
}

/** @see createS3Cache */
export function openDataCache(call: S3CacheOptions, env: Readonly<Record<string, string | undefined>>): S3Cache {
  const { options, data } = resolveDataOptions(call, env)
  const backend = backendOf(call, options)
  const isNull = backend.kind === 'store' && backend.store === NULL_STORE
  // What is not stored must not be found in memory either.
  const open = outside(() => openCache(backend, isNull ? { ...options, memoryMaxBytes: 0 } : options, call))
  const codec = createValueCodec(call)
  const shared = outside(() => share(open, options, data.memoryCheckMs, isNull))
  const { entries, flights, has, drain } = shared
  const { emit, counts } = countEvents(open.emit)
  const { cache, parts, layout, isShared } = open
  const { store } = parts
  const now = (): number => outside(() => cache.now())
  const reader = new DataReader({ ...data, entries, codec, emit, now })
  const hasConditionalPut = (): Promise<boolean> => has('conditional-put')
  const dataCache = createDataCache({
    cache,
    store,
    presign: open.presign,
    now,
    skewMs: () => outside(() => (open.clock.correctionMs === undefined ? 0 : open.clock.skewMs)),
    timeoutMs: options.timeoutMs,
    layout,
    entries,
    reader,
    remember: new Remember({ ...data, ...shared, reader, codec, hasConditionalPut, emit, runtime, now }),
    counters: new Counters({ entries, codec, runtime }),
    listing: new Listing({ ...parts, cache }),
    flights,
    codec,
    emit,
    counts,
    runtime,
    ...data,
    isShared,
    hashKey: call.hashKey,
    hasConditionalPut,
    sizes: () => open.gauges.read(),
    ping: () =>
      outside(async () => {
        const { kind } = await store.get(layout.bell, { absentIfDenied: 'always' })
        if (kind !== 'absent') return
        // It is rung for the first time, and must be readable then.
        await cache.tags.refresh(0)
        await store.get(layout.bell)
      }),
    drain: () =>
      outside(async () => {
        await Promise.all([drain(options.drainMs), cache.drain(options.drainMs)])
      }),
  })
  noteOpenCache(dataCache, open)
  return dataCache
}

const NULL_STORE: ObjectStore = processWide('null store', createNullObjectStore)

/** A store that keeps nothing: every `get` is a miss, every `set` does nothing. */
export const nullStore = (): ObjectStore => NULL_STORE

function backendOf(call: S3CacheOptions, { bucket, disabled }: ResolvedOptions): Backend {
  const { store } = call
  if (store !== undefined && call.bucket !== undefined) {
    throw new InvalidOptionError('store', '"store" and "bucket" exclude each other')
  }
  if (disabled) return { kind: 'store', store: NULL_STORE }
  if (store !== undefined) return { kind: 'store', store }
  if (bucket === undefined) throw missingBucket()
  return { kind: 's3', bucket }
}

/** Options of another codec need not part what is stored; those of memory do. */
function share(open: OpenCache, options: ResolvedOptions, memoryCheckMs: number, isNull: boolean): SharedData {
  return processWide(`data ${JSON.stringify([open.cacheId, memoryCheckMs])}`, () => {
    const { cache, parts, capabilities, isShared, layout } = open
    const entries = new DataEntries(parts, cache, { memoryCheckMs, keepsNothing: isNull })
    const flights = new Flights()
    const drain = async (timeoutMs: number): Promise<void> => {
      const until = runtime.monotonicMs() + timeoutMs
      await flights.drain(timeoutMs)
      await entries.drain(Math.max(0, until - runtime.monotonicMs()))
    }
    const drainable = {
      drain,
      get pendingWrites() {
        return entries.pendingWrites + flights.encoding
      },
    }
    // Conditions on what is never there are always kept.
    const has = async (capability: Capability): Promise<boolean> => isNull || (await capabilities.has(capability))
    const leases = new Leases(parts.store, layout, runtime)
    const refreshes = new Refreshes({ leases, hasConditionalPut: () => has('conditional-put'), runtime })
    open.gauges.add({ ...entries.sizes, flights: () => flights.size, refreshes: () => refreshes.size })
    if (isShared) drainOnShutdown(drainable, options.drainMs)
    return { entries, flights, leases, refreshes, has, drain }
  })
}
