import { setTimeout as sleep } from 'node:timers/promises'
import { type CachifiedOptions, cachified, type CreateReporter } from '@epic-web/cachified'
import { vi } from 'vitest'
import { type CachifiedAdapterOptions, cachifiedAdapter } from '../../src/cachified.ts'
import type { CacheEvent } from '../../src/lib/cache-events.ts'
import type { S3Cache } from '../../src/lib/data/data-cache.ts'
import type { S3CacheOptions } from '../../src/lib/data/data-options.ts'
import { openDataCache } from '../../src/lib/data/open-data-cache.ts'
import { createMemoryObjectStore } from '../../src/lib/object-store/memory-store.ts'
import type { ObjectStore } from '../../src/lib/object-store/object-store.ts'

const silent = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() }

type Adapter = ReturnType<typeof cachifiedAdapter>

/** One process's cache and its adapter. */
export interface Opened {
  readonly cache: S3Cache
  readonly adapter: Adapter
  readonly events: CacheEvent[]
  /** Calls cachified with the key `k`. */
  readonly call: <Value>(
    getFreshValue: CachifiedOptions<Value>['getFreshValue'],
    options?: Partial<Omit<CachifiedOptions<Value>, 'cache' | 'getFreshValue' | 'reporter'>>,
    reporter?: CreateReporter<Value>,
  ) => Promise<Value>
  /** Resolves when what goes on behind the answers is done. */
  readonly settle: () => Promise<void>
}

export const newStore = (): ObjectStore => createMemoryObjectStore({ maxBytes: 1e8 })

export function open(options: S3CacheOptions = {}, adapterOptions?: CachifiedAdapterOptions): Opened {
  const events: CacheEvent[] = []
  const place = options.bucket === undefined ? { store: newStore(), prefix: 'p/' } : {}
  const cache = openDataCache({ ...place, logger: silent, onEvent: (event) => void events.push(event), ...options }, {})
  const adapter = cachifiedAdapter(cache, adapterOptions)
  return {
    cache,
    adapter,
    events,
    call: (getFreshValue, call, reporter) => cachified({ key: 'k', cache: adapter, getFreshValue, ...call }, reporter),
    settle: async () => {
      await sleep(5)
      await cache.close()
    },
  }
}

/** Two processes' caches: the same store, and nothing else in common. What one invalidates the other knows after 20 ms. */
export function openTwo(
  options: S3CacheOptions = {},
  adapterOptions?: CachifiedAdapterOptions,
): { readonly one: Opened; readonly other: Opened; readonly store: ObjectStore } {
  const { store = newStore(), ...rest } = options
  const common = { prefix: 'p/', tagRefreshMs: 20, memoryCheckMs: 0, ...rest }
  return {
    store,
    one: open({ ...common, store }, adapterOptions),
    other: open({ ...common, store: { ...store } }, adapterOptions),
  }
}

/** Makes another value each time. */
export function counter(): { readonly make: () => string; readonly made: () => number } {
  let count = 0
  return { make: () => `made ${++count}`, made: () => count }
}

/** Must not be called. */
export const never = (): never => {
  throw new Error('was called')
}

/** So long ago that an entry with a `ttl` of a minute is past it. */
export const longAgo = (): number => Date.now() - 120_000

export function deferred<T = void>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve = (_value: T): void => {}
  const promise = new Promise<T>((done) => (resolve = done))
  return { promise, resolve }
}
