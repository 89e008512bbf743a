import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import type { CacheEvent } from '../cache-events.ts'
import { createMemoryObjectStore } from '../object-store/memory-store.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import type { CacheEntry, EntryUse, RememberContext, RememberOptions, S3Cache } from './data-cache.ts'
import { openDataCache } from './open-data-cache.ts'

const silent = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() }

interface Opened {
  readonly cache: S3Cache
  readonly events: CacheEvent[]
  /** A function that gives its number, and how often it was called. */
  readonly made: (after?: Promise<unknown>) => Promise<number>
  readonly remember: (options?: RememberOptions<number>, after?: Promise<unknown>) => Promise<number>
}

function open(): Opened {
  const events: CacheEvent[] = []
  const onEvent = (event: CacheEvent): void => void events.push(event)
  const cache = openDataCache(
    { store: createMemoryObjectStore({ maxBytes: 1e8 }), prefix: 'p/', logger: silent, onEvent },
    {},
  )
  let count = 0
  const made = async (after?: Promise<unknown>): Promise<number> => {
    const number = ++count
    await after
    return number
  }
  return { cache, events, made, remember: (options, after) => cache.remember('k', () => made(after), options) }
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {}
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve }
}

/** Until what goes on behind the answers is done. */
const settle = async (cache: S3Cache): Promise<void> => {
  await sleep(5)
  await cache.close()
}

describe('a value that is there', () => {
  it('is made once for all who ask meanwhile, and found afterwards', async () => {
    const { cache, remember } = open()
    expect(await Promise.all(Array.from({ length: 50 }, () => remember()))).toEqual(Array(50).fill(1))
    await settle(cache)
    expect(await remember()).toBe(1)
    expect(cache.stats()).toMatchObject({ deduplicated: 49, sets: 1 })
  })

  it('is each caller’s own', async () => {
    const { cache } = open()
    const ask = (): Promise<{ list: number[] }> => cache.remember('k', () => ({ list: [1] }))
    const [first, second] = await Promise.all([ask(), ask()])
    first?.list.push(2)
    second?.list.push(3)
    expect(await ask()).toEqual({ list: [1] })
  })

  it('can be null, and is never undefined', async () => {
    const { cache } = open()
    const make = vi.fn(() => null)
    expect([await cache.remember('null', make), await cache.remember('null', make)]).toEqual([null, null])
    expect(make).toHaveBeenCalledTimes(1)
    const none = vi.fn(() => undefined)
    await cache.remember('none', none)
    await settle(cache)
    await cache.remember('none', none)
    expect(none).toHaveBeenCalledTimes(2)
  })

  it('is served stale within swr while it is made anew, once, behind the answer', async () => {
    const { cache, remember } = open()
    const options = { ttl: '20ms', swr: '1m' } as const
    await remember(options)
    await settle(cache)
    await sleep(40)
    const waitUntil = vi.fn()
    expect(await Promise.all([remember({ ...options, waitUntil }), remember(options)])).toEqual([1, 1])
    expect(waitUntil).toHaveBeenCalledTimes(1)
    await waitUntil.mock.calls[0]?.[0]
    await settle(cache)
    // Whether it is fresh still or not: machines are slow at times.
    expect((await cache.getEntry('k'))?.value).toBe(2)
  })

  it('is served for staleIfError where a new one cannot be made, and not a moment longer', async () => {
    const { cache, events, remember } = open()
    const options = { ttl: '10ms', staleIfError: '200ms' } as const
    await remember(options)
    await settle(cache)
    await sleep(30)
    const failing = (): Promise<number> => cache.remember<number>('k', () => Promise.reject(new Error('down')), options)
    expect(await failing()).toBe(1)
    expect(events).toContainEqual(expect.objectContaining({ name: 'remake-failed', key: 'k' }))
    await sleep(220)
    await expect(failing()).rejects.toThrow('down')
  })

  it('is served stale where making a new one takes too long', async () => {
    const { cache, remember } = open()
    const options = { ttl: '10ms', staleIfError: '1m' } as const
    await remember(options)
    await settle(cache)
    await sleep(30)
    const slow = deferred()
    expect(await remember({ ...options, timeout: '20ms' }, slow.promise)).toBe(1)
    slow.resolve()
    await settle(cache)
    expect((await cache.getEntry('k'))?.value).toBe(2)
  })

  it.each(['30d', Infinity] as const)('is not served stale before a timeout of %s', async (timeout) => {
    const { cache, remember } = open()
    const options = { ttl: '1ms', staleIfError: '1m' } as const
    await remember(options)
    await settle(cache)
    await sleep(5)
    expect(await remember({ ...options, timeout }, sleep(30))).toBe(2)
  })

  it('is made anew at once where it is expired, or the caller says so', async () => {
    const { cache, remember } = open()
    await remember()
    await settle(cache)
    expect(await remember({ forceFresh: true })).toBe(2)
    expect(await remember({ isStale: () => true })).toBe(3)
    expect(await remember({ bypass: () => true })).toBe(4)
    await settle(cache)
    expect(await remember()).toBe(3)
    const schema = { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: ['wrong'] }) } } as const
    expect(await remember({ schema })).toBe(5)
  })
})

describe('a value that judges itself', () => {
  it('is good for what it says, whatever the times of the call', async () => {
    const { cache, remember } = open()
    const options = { ttl: '1m', swr: '1d', staleIfError: '1d' } as const
    await remember(options)
    await settle(cache)
    const judged = (use: EntryUse): Promise<number> => remember({ ...options, judge: () => use })
    expect(await judged('fresh')).toBe(1)
    expect(await judged('stale')).toBe(1)
    await settle(cache)
    expect((await cache.getEntry('k'))?.value).toBe(2)
    expect(await judged('fallback')).toBe(3)
    expect(await judged('unusable')).toBe(4)
    await settle(cache)
    const failing = (use: EntryUse): Promise<number> =>
      cache.remember<number>('k', () => Promise.reject(new Error('down')), { ...options, judge: () => use })
    expect(await failing('fallback')).toBe(4)
    await expect(failing('unusable')).rejects.toThrow('down')
  })

  it('is told of the entry and of the store’s time', async () => {
    const { cache, remember } = open()
    await remember({ ttl: 60, tags: ['t'] })
    await settle(cache)
    const told: { readonly entry: CacheEntry<number>; readonly now: number }[] = []
    const judge = (entry: CacheEntry<number>, now: number): EntryUse => {
      told.push({ entry, now })
      return 'fresh'
    }
    await remember({ judge })
    expect(told.map(({ entry }) => entry)).toEqual([expect.objectContaining({ value: 1, state: 'fresh', tags: ['t'] })])
    const ages = told.map(({ entry, now }) => now - entry.createdAt)
    expect(ages.every((age) => age >= 0 && age < 60_000)).toBe(true)
  })
})

describe('with a lock, a value that is stale', () => {
  const times = { ttl: '20ms', swr: '1d', lock: true } as const
  const silentCache = (store: ObjectStore): S3Cache =>
    openDataCache({ store: { ...store }, memoryCheckMs: 0, logger: silent }, {})

  it('is made anew by one process, while all serve it', async () => {
    const store = createMemoryObjectStore({ maxBytes: 1e8 })
    const [here, there] = [silentCache(store), silentCache(store)]
    const made = vi.fn(async () => {
      await sleep(30)
      return made.mock.calls.length
    })
    expect(await here.remember('k', made, times)).toBe(1)
    await settle(here)
    await sleep(40)
    const works: Promise<unknown>[] = []
    const options = { ...times, waitUntil: (work: Promise<unknown>) => void works.push(work) }
    const ask = (cache: S3Cache): Promise<number> => cache.remember('k', made, options)
    expect(await Promise.all([ask(here), ask(there), ask(here), ask(there)])).toEqual([1, 1, 1, 1])
    await Promise.all(works)
    await Promise.all(works)
    expect(made).toHaveBeenCalledTimes(2)
    expect((await there.getEntry('k'))?.value).toBe(2)
    // Nobody holds it any more.
    expect((await store.list('v1/leases/')).objects).toEqual([])
  })

  it('is left alone by a process that finds it made already, whatever it has in memory', async () => {
    const store = createMemoryObjectStore({ maxBytes: 1e8 })
    const here = openDataCache({ store: { ...store }, memoryCheckMs: 60_000, logger: silent }, {})
    const there = silentCache(store)
    const made = vi.fn(() => made.mock.calls.length)
    await here.remember('k', made, times)
    await settle(here)
    await sleep(40)
    await there.set('k', 100, { ttl: 60 })
    const works: Promise<unknown>[] = []
    const waitUntil = (work: Promise<unknown>): void => void works.push(work)
    expect(await here.remember('k', made, { ...times, waitUntil })).toBe(1)
    await Promise.all(works)
    expect(await here.remember('k', made, times)).toBe(100)
    expect(made).toHaveBeenCalledTimes(1)
  })
})

describe('what is stored', () => {
  it('is what the function and the options say', async () => {
    const { cache } = open()
    const make = ({ setTags, setTtl }: RememberContext): string => {
      setTags('late')
      setTtl(7)
      return 'x'
    }
    await cache.remember('k', make, { tags: ['early'], ttl: '1h' })
    await cache.remember('other', () => 'x', { shouldCache: () => ({ ttl: null, tags: ['more'] }), tags: ['early'] })
    await cache.remember('none', () => 'x', { shouldCache: () => false })
    await cache.remember('zero', () => 'x', { ttl: 0 })
    await settle(cache)
    const entry = await cache.getEntry('k')
    expect(entry?.tags).toEqual(['early', 'late'])
    expect((entry?.staleAt ?? 0) - (entry?.createdAt ?? 0)).toBe(7000)
    expect(await cache.getEntry('other')).toMatchObject({ expiresAt: Infinity, tags: ['early', 'more'] })
    expect([await cache.has('none'), await cache.has('zero')]).toEqual([false, false])
  })

  it('waits for the promises inside, while the caller has its answer already', async () => {
    const { cache } = open()
    const later = deferred()
    const value = await cache.remember('k', () => ({ now: 1, later: later.promise.then(() => 2) }))
    expect(value.later).toBeInstanceOf(Promise)
    expect(await cache.has('k')).toBe(false)
    later.resolve()
    await settle(cache)
    expect(await (await cache.get<typeof value>('k'))?.later).toBe(2)
    const failing = await cache.remember('bad', () => ({ later: Promise.reject<number>(new Error('no')) }))
    await expect(failing.later).rejects.toThrow('no')
    await settle(cache)
    expect(await cache.has('bad')).toBe(false)
  })

  it.each(['delete', 'set', 'clear', 'revalidateTag', 'invalidate'] as const)(
    'is not what a %s has overtaken, and nobody who comes after gets that',
    async (how) => {
      const { cache, made } = open()
      const slow = deferred()
      let wait: Promise<unknown> | undefined = slow.promise
      const get = cache.memoize(async () => await made(wait), { name: 'f', tags: ['t'] })
      const before = get()
      await sleep(5)
      wait = undefined
      const ways = {
        delete: () => cache.delete(get.keyFor()),
        set: () => cache.set(get.keyFor(), 100, { tags: ['t'] }),
        clear: () => cache.clear(),
        revalidateTag: () => cache.revalidateTag('t'),
        invalidate: () => get.invalidate(),
      }
      await ways[how]()
      const after = await get()
      expect(after).toBe(how === 'set' ? 100 : 2)
      slow.resolve()
      expect(await before).toBe(1)
      await settle(cache)
      expect(await get()).toBe(after)
    },
  )
})

describe('the signal', () => {
  it('lets one caller go, and stops the making when the last one has gone', async () => {
    const { cache } = open()
    let signal: AbortSignal | undefined
    const make = (context: RememberContext): Promise<number> => {
      signal = context.signal
      return new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(new Error('stopped'))))
    }
    const [one, other] = [new AbortController(), new AbortController()]
    const first = cache.remember('k', make, { signal: one.signal })
    await sleep(5)
    const second = cache.remember('k', make, { signal: other.signal })
    await sleep(5)
    one.abort(new Error('gone'))
    await expect(first).rejects.toThrow('gone')
    expect(signal?.aborted).toBe(false)
    other.abort(new Error('gone, too'))
    await expect(second).rejects.toThrow('gone, too')
    expect(signal?.aborted).toBe(true)
  })

  it('of a value that was made stays quiet', async () => {
    const { cache } = open()
    let signal: AbortSignal | undefined
    const controller = new AbortController()
    await cache.remember('k', (context) => ((signal = context.signal), 1), { signal: controller.signal })
    controller.abort()
    expect(signal?.aborted).toBe(false)
  })
})

describe('memoize', () => {
  it('tells calls apart by their arguments, or by what is said', async () => {
    const { cache } = open()
    const add = vi.fn((one: number, other: number) => one + other)
    const sum = cache.memoize(add, { name: 'sum' })
    expect([await sum(1, 2), await sum(1, 2), await sum(2, 1)]).toEqual([3, 3, 3])
    expect(add).toHaveBeenCalledTimes(2)
    const first = cache.memoize(add, { name: 'first', key: (one) => [one] })
    expect([await first(1, 2), await first(1, 5)]).toEqual([3, 3])
    expect(first.uncached(1, 5)).toBe(6)
    expect(cache.memoize(add, { name: 'sum', version: 2 }).keyFor(1, 2)).not.toEqual(sum.keyFor(1, 2))
  })

  it('asks whether to bypass or to renew by the arguments of the call', async () => {
    const { cache } = open()
    let count = 0
    const make = (_id: number): number => ++count
    const get = cache.memoize(make, { name: 'f', bypass: (id) => id === 7, forceFresh: (id) => id === 8 })
    expect([await get(1), await get(1), await get(7), await get(7), await get(8), await get(8)]).toEqual([
      1, 1, 2, 3, 4, 5,
    ])
  })

  it('invalidates one call or all, those of its own namespace alone', async () => {
    const { cache } = open()
    let count = 0
    const make = (_id: number): number => ++count
    const [one, other] = [cache, cache.namespace('n')].map((each) => each.memoize(make, { name: 'f' }))
    expect([await one?.(1), await one?.(2), await other?.(1)]).toEqual([1, 2, 3])
    await one?.invalidate(1)
    expect([await one?.(1), await one?.(2), await other?.(1)]).toEqual([4, 2, 3])
    await one?.invalidateAll()
    expect([await one?.(1), await one?.(2), await other?.(1)]).toEqual([5, 6, 3])
  })
})
