import { setTimeout as sleep } from 'node:timers/promises'
import {
  assertCacheEntry,
  type Cache,
  cachified,
  configure,
  createBatch,
  createCacheEntry,
  type CreateReporter,
  mergeReporters,
  softPurge,
  totalTtl,
  verboseReporter,
} from '@epic-web/cachified'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { cachifiedAdapter } from '../../src/cachified.ts'
import { failingStore } from '../data/failing-store.ts'
import { counter, longAgo, never, newStore, open, openTwo } from './open.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

afterEach(() => void vi.useRealTimers())

describe('a value', () => {
  it('is made once, and found from then on, by other processes too', async () => {
    const { one, other } = openTwo()
    const { make, made } = counter()
    expect([await one.call(make), await one.call(make)]).toEqual(['made 1', 'made 1'])
    await one.settle()
    expect(await other.call(never)).toBe('made 1')
    expect(made()).toBe(1)
  })

  it.each([undefined, null, 0, '', false, NaN])('can be %s', async (value) => {
    const { one, other } = openTwo()
    expect(await one.call(() => value)).toBe(value)
    expect(await one.call<unknown>(never)).toBe(value)
    await one.settle()
    expect(await other.call<unknown>(never)).toBe(value)
  })

  it('is made anew after its ttl', async () => {
    const { call, adapter } = open()
    await adapter.set('k', createCacheEntry('old', { ttl: MINUTE, createdTime: longAgo() }))
    expect(await call(() => 'new', { ttl: MINUTE })).toBe('new')
    expect(await call<string>(never, { ttl: MINUTE })).toBe('new')
  })

  it('is kept for ever without a ttl', async () => {
    const { call, cache, settle } = open()
    await call(() => 'value')
    await settle()
    expect(await cache.namespace('cachified').getEntry('k')).toMatchObject({ staleAt: Infinity, expiresAt: Infinity })
  })

  it('is not stored with a negative ttl, also where only its maker knows that', async () => {
    const { call, cache, settle } = open()
    await call(() => 'value', { ttl: -1 })
    await call(({ metadata }) => {
      metadata.ttl = -1
      return 'value'
    })
    await settle()
    expect(cache.stats().sets).toBe(0)
  })

  it('lives as long as its maker says', async () => {
    const { call, cache, settle } = open({}, { staleIfError: 0 })
    await call(
      ({ metadata }) => {
        metadata.ttl = 2 * MINUTE
        return 'value'
      },
      { ttl: MINUTE, swr: HOUR },
    )
    await settle()
    const { createdAt = 0, staleAt = 0, expiresAt = 0 } = (await cache.namespace('cachified').getEntry('k')) ?? {}
    // Counted from when its making began, which is less than a minute ago.
    expect(staleAt - createdAt).toBeGreaterThan(MINUTE)
    expect(staleAt - createdAt).toBeLessThanOrEqual(2 * MINUTE)
    expect(expiresAt - staleAt).toBe(HOUR)
  })
})

describe('a stale value', () => {
  it('is served while it is made anew, once, behind the answers', async () => {
    const { call, adapter } = open()
    await adapter.set('k', createCacheEntry('old', { ttl: MINUTE, swr: HOUR, createdTime: longAgo() }))
    const work: Promise<unknown>[] = []
    const make = vi.fn(({ background }: { background: boolean }) => `made in the background: ${background}`)
    const options = { ttl: MINUTE, swr: HOUR, waitUntil: (promise: Promise<unknown>) => void work.push(promise) }
    expect(await Promise.all([call(make, options), call(make, options)])).toEqual(['old', 'old'])
    await Promise.all(work)
    expect(make).toHaveBeenCalledTimes(1)
    expect(await call<string>(never, options)).toBe('made in the background: true')
  })

  it('is served for ever with an endless swr', async () => {
    const { call, adapter, cache, settle } = open()
    const work: Promise<unknown>[] = []
    const options = { ttl: MINUTE, swr: Infinity, waitUntil: (promise: Promise<unknown>) => void work.push(promise) }
    await adapter.set('k', createCacheEntry('old', { ttl: MINUTE, swr: Infinity, createdTime: longAgo() }))
    await settle()
    expect((await cache.namespace('cachified').getEntry('k'))?.expiresAt).toBe(Infinity)
    expect(await call(() => 'new', options)).toBe('old')
    await Promise.all(work)
    expect(await call<string>(never, options)).toBe('new')
  })

  it('begins to be made anew after staleRefreshTimeout', async () => {
    const { call, adapter } = open()
    await adapter.set('k', createCacheEntry('old', { ttl: MINUTE, swr: HOUR, createdTime: longAgo() }))
    const work: Promise<unknown>[] = []
    const make = vi.fn(() => 'new')
    const waitUntil = (promise: Promise<unknown>): void => void work.push(promise)
    await call(make, { ttl: MINUTE, swr: HOUR, staleRefreshTimeout: 200, waitUntil })
    expect(make).not.toHaveBeenCalled()
    await Promise.all(work)
    expect(make).toHaveBeenCalledTimes(1)
  })

  it('stays where making a new one fails', async () => {
    const { call, adapter } = open()
    await adapter.set('k', createCacheEntry('old', { ttl: MINUTE, swr: HOUR, createdTime: longAgo() }))
    const work: Promise<unknown>[] = []
    const options = { ttl: MINUTE, swr: HOUR, waitUntil: (promise: Promise<unknown>) => void work.push(promise) }
    const down = (): Promise<string> => Promise.reject(new Error('down'))
    expect(await call(down, options)).toBe('old')
    await Promise.all(work)
    expect(await call(() => 'new', options)).toBe('old')
    await Promise.all(work)
    expect(await call<string>(never, options)).toBe('new')
  })
})

describe('a forced value', () => {
  const down = (): Promise<string> => Promise.reject(new Error('down'))

  it('is made whatever is there', async () => {
    const { call } = open()
    const { make } = counter()
    expect([await call(make), await call(make, { forceFresh: true }), await call(make)]).toEqual([
      'made 1',
      'made 2',
      'made 2',
    ])
  })

  it('that cannot be made falls back to what is there, unless that is too old or not wanted', async () => {
    const { call, adapter } = open()
    await adapter.set('k', createCacheEntry('old', { ttl: HOUR, createdTime: longAgo() }))
    await expect(call(down, { forceFresh: true, fallbackToCache: MINUTE })).rejects.toThrow('down')
    await expect(call(down, { forceFresh: true, fallbackToCache: false })).rejects.toThrow('down')
    expect(await call(down, { forceFresh: true })).toBe('old')
  })

  it('falls back to what is past its time, as long as staleIfError', async () => {
    const past = createCacheEntry('old', { ttl: MINUTE, createdTime: longAgo() })
    const kept = open({}, { staleIfError: '1h' })
    await kept.adapter.set('k', past)
    expect(await kept.call(down, { forceFresh: true })).toBe('old')
    const gone = open({}, { staleIfError: 0 })
    await gone.adapter.set('k', past)
    await gone.settle()
    await sleep(2)
    await expect(gone.call(down, { forceFresh: true })).rejects.toThrow('down')
  })
})

describe('a check', () => {
  it('that a cached value fails has it made anew', async () => {
    const { call, adapter, events } = open()
    await adapter.set('k', createCacheEntry(1))
    const checkValue = (value: unknown): boolean => typeof value === 'string'
    expect(await call(() => 'new', { checkValue })).toBe('new')
    expect(events).toContainEqual(expect.objectContaining({ name: 'deleted' }))
    expect(await call<string>(never, { checkValue })).toBe('new')
  })

  it('that a fresh value fails is thrown, and nothing is stored', async () => {
    const { call, cache, settle } = open()
    await expect(call(() => 1, { checkValue: () => 'not today' })).rejects.toThrow('check failed for fresh value of k')
    await settle()
    expect(cache.stats().sets).toBe(0)
  })

  it('can be a schema', async () => {
    const { call, adapter } = open()
    const checkValue = {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: (value: unknown) =>
          typeof value === 'string' ? { value: value.toUpperCase() } : { issues: [{ message: 'no text' }] },
      },
    }
    await adapter.set('k', createCacheEntry(1))
    const shout = (): Promise<string> =>
      cachified({ key: 'k', cache: adapter, checkValue, getFreshValue: () => 'text' })
    expect([await shout(), await shout()]).toEqual(['TEXT', 'TEXT'])
    // What is cached is what was made.
    expect(await call<string>(never)).toBe('text')
  })

  it('can migrate a cached value, which is kept so', async () => {
    // Cachified keeps it where the entry and the call are of the same moment.
    vi.useFakeTimers({ toFake: ['Date'] })
    const { call, adapter } = open()
    await adapter.set('k', createCacheEntry('someone@example.org'))
    const work: Promise<unknown>[] = []
    const migrated = await call<unknown>(never, {
      checkValue: (value, migrate) => (typeof value === 'string' ? migrate({ email: value }) : true),
      waitUntil: (promise) => void work.push(promise),
    })
    expect(migrated).toEqual({ email: 'someone@example.org' })
    await Promise.all(work)
    expect(await adapter.get('k')).toMatchObject({ value: { email: 'someone@example.org' } })
  })
})

describe('softPurge', () => {
  it('makes an entry stale for the rest of its time, in all processes', async () => {
    const { one, other } = openTwo()
    const options = { ttl: HOUR, swr: MINUTE }
    await one.call(() => 'old', options)
    await softPurge({ cache: one.adapter, key: 'k' })
    await one.settle()
    expect(await other.adapter.get('k')).toMatchObject({ metadata: { ttl: 0, swr: HOUR + MINUTE }, value: 'old' })
    const work: Promise<unknown>[] = []
    const waitUntil = (promise: Promise<unknown>): void => void work.push(promise)
    expect(await other.call(() => 'new', { ...options, waitUntil })).toBe('old')
    await Promise.all(work)
    expect(await other.call<string>(never, options)).toBe('new')
  })

  it('can say for how long', async () => {
    const { call, adapter } = open()
    await call(() => 'old', { ttl: HOUR })
    await sleep(2)
    await softPurge({ cache: adapter, key: 'k', swr: 0 })
    await sleep(2)
    expect(await call(() => 'new', { ttl: HOUR })).toBe('new')
  })

  it('leaves alone what is not there, or stale already', async () => {
    const { adapter, cache, settle } = open()
    await softPurge({ cache: adapter, key: 'none' })
    await adapter.set('k', createCacheEntry('old', { ttl: MINUTE, swr: HOUR, createdTime: longAgo() }))
    await settle()
    await softPurge({ cache: adapter, key: 'k' })
    await settle()
    expect(cache.stats().sets).toBe(1)
  })
})

describe('createBatch', () => {
  const getAll = (cache: Cache, ids: readonly number[], load: (ids: number[]) => string[]): Promise<string[]> => {
    const batch = createBatch(load)
    return Promise.all(
      ids.map((id) => cachified({ key: `entry-${id}`, cache, ttl: MINUTE, getFreshValue: batch.add(id) })),
    )
  }

  it('loads what is missing, and that once', async () => {
    const { adapter } = open()
    const load = vi.fn((ids: number[]) => ids.map((id) => `entry ${id}`))
    expect(await getAll(adapter, [1, 2, 1], load)).toEqual(['entry 1', 'entry 2', 'entry 1'])
    expect(await getAll(adapter, [2, 3], load)).toEqual(['entry 2', 'entry 3'])
    expect(load.mock.calls.map(([ids]) => new Set(ids))).toEqual([new Set([1, 2]), new Set([3])])
  })

  it('can keep one of its values from being stored', async () => {
    const { adapter, cache } = open()
    const batch = createBatch((ids: number[]) => ids.map((id) => (id === 2 ? null : id)))
    const values = [1, 2].map((id) =>
      cachified({
        key: `entry-${id}`,
        cache: adapter,
        getFreshValue: batch.add(id, ({ value, metadata }) => {
          if (value === null) metadata.ttl = -1
        }),
      }),
    )
    expect(await Promise.all(values)).toEqual([1, null])
    await cache.close()
    expect((await cache.namespace('cachified').keys()).keys.map(({ key }) => key)).toEqual(['entry-1'])
  })
})

describe('calls at the same time', () => {
  it('share what is made, with whichever adapter of the cache', async () => {
    const { adapter, cache } = open()
    const { make, made } = counter()
    const slowly = async (): Promise<string> => {
      await sleep(5)
      return make()
    }
    const calls = Array.from({ length: 50 }, (_, index) =>
      cachified({ key: 'k', cache: index % 2 === 0 ? adapter : cachifiedAdapter(cache), getFreshValue: slowly }),
    )
    expect(await Promise.all(calls)).toEqual(Array(50).fill('made 1'))
    expect(made()).toBe(1)
  })

  it('each have a value of their own to change, once it was found', async () => {
    const { call } = open()
    await call(() => ({ list: [1] }))
    const [first, second] = await Promise.all([call<{ list: number[] }>(never), call<{ list: number[] }>(never)])
    first.list.push(2)
    expect(second).toEqual({ list: [1] })
    expect(await call<unknown>(never)).toEqual({ list: [1] })
  })
})

describe('a reporter', () => {
  const recorder = (): { readonly names: string[]; readonly create: CreateReporter<unknown> } => {
    const names: string[] = []
    return { names, create: () => (event) => void names.push(event.name) }
  }

  it('is told what it is told of a Map', async () => {
    const scenario = async (cache: Cache): Promise<string[]> => {
      const { names, create } = recorder()
      const call = async (options: object): Promise<void> => {
        const work: Promise<unknown>[] = []
        const waitUntil = (promise: Promise<unknown>): void => void work.push(promise)
        const plain = { key: 'k', cache, ttl: MINUTE, swr: HOUR, waitUntil, getFreshValue: () => 'value' }
        await cachified<unknown>({ ...plain, ...options }, create).catch(() => names.push('threw'))
        await Promise.all(work)
      }
      const down = (): Promise<string> => Promise.reject(new Error('down'))
      await call({})
      await call({})
      await call({ forceFresh: true, getFreshValue: down })
      await call({ forceFresh: true, getFreshValue: down, fallbackToCache: false })
      await call({ checkValue: (value: unknown) => value === 'other', getFreshValue: () => 'other' })
      await cache.set('k', createCacheEntry('old', { ttl: MINUTE, swr: HOUR, createdTime: longAgo() }))
      await call({})
      await cache.set('k', createCacheEntry('old', { ttl: 1, createdTime: longAgo() }))
      await cache.delete('k')
      await call({})
      return names
    }
    const names = await scenario(open().adapter)
    expect(names).toEqual(await scenario(new Map()))
    expect(names.length).toBeGreaterThan(30)
  })

  it('is told the name of the cache', async () => {
    const lines: string[] = []
    const write = (...texts: unknown[]): void => void lines.push(texts.join(' '))
    const logger = { log: write, warn: write, error: write }
    const { names, create } = recorder()
    const reporter = mergeReporters<string>(verboseReporter({ logger }), create as CreateReporter<string>)
    await open().call(() => 'value', {}, reporter)
    await open({}, { name: 'shop cache' }).call(() => 'value', {}, reporter)
    expect(lines.map((line) => / in (.+)\./.exec(line)?.[1])).toEqual(['S3', 'shop cache'])
    expect(names.filter((name) => name === 'done')).toHaveLength(2)
  })

  it('finds a trace ID in the entry, where it can be stored', async () => {
    const { call, adapter } = open()
    for (const traceId of ['request 7', 7, Symbol('request')]) {
      await call(({ metadata }) => String(metadata.traceId === traceId), { forceFresh: true, traceId })
      const entry = await adapter.get('k')
      expect(entry).toMatchObject({ value: 'true' })
      expect(entry?.metadata.traceId).toBe(typeof traceId === 'symbol' ? undefined : traceId)
    }
  })
})

describe('an entry', () => {
  it('comes back as it was set', async () => {
    const { one, other } = openTwo()
    const entry = createCacheEntry({ at: new Date(0) }, { ttl: 5 * MINUTE, swr: Infinity })
    await one.adapter.set('k', entry)
    expect(await one.adapter.get('k')).toEqual(entry)
    await one.settle()
    const found: unknown = await other.adapter.get('k')
    assertCacheEntry(found)
    expect(found).toEqual(entry)
    expect(totalTtl(found.metadata)).toBe(totalTtl(entry.metadata))
  })

  it('that is deleted is gone', async () => {
    const { one, other } = openTwo()
    await one.call(() => 'value')
    await one.adapter.delete('k')
    expect([await one.adapter.get('k'), await other.adapter.get('k')]).toEqual([undefined, undefined])
  })

  it('that is none of cachified’s is a miss', async () => {
    const { cache, call } = open()
    for (const value of ['text', { value: 1 }, { metadata: { ttl: null }, value: 1 }]) {
      await cache.namespace('cachified').set('k', value)
      expect(await call(() => 'made')).toBe('made')
    }
  })
})

it('works with a configured function', async () => {
  const configured = configure({ cache: open().adapter })
  expect(await configured({ key: 'k', getFreshValue: () => 'value' })).toBe('value')
  expect(await configured<string>({ key: 'k', getFreshValue: never })).toBe('value')
})

describe('while the store is down', () => {
  it('values are made', async () => {
    const { store, fail } = failingStore(newStore())
    const { call, settle } = open({ store, prefix: 'p/', timeoutMs: 200 })
    fail()
    const { make } = counter()
    expect(await call(make)).toBe('made 1')
    await settle()
    expect(await call(make)).toBe('made 2')
  })

  it('what is in memory is served, and a check that it fails is an error once', async () => {
    const { store, fail } = failingStore(newStore())
    const { call, settle } = open({ store, prefix: 'p/', timeoutMs: 200, memoryCheckMs: 60_000 })
    await call(() => 'old')
    await settle()
    fail()
    expect(await call<string>(never)).toBe('old')
    const checkValue = (value: unknown): boolean => value === 'new'
    // Cachified cannot delete it, and does not go on.
    await expect(call(() => 'new', { checkValue })).rejects.toMatchObject({
      code: 'ERR_OBJECT_STORE_UNREACHABLE',
    })
    expect(await call(() => 'new', { checkValue })).toBe('new')
  })
})
