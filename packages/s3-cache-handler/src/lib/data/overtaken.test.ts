import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import type { CacheEvent } from '../cache-events.ts'
import { createMemoryObjectStore } from '../object-store/memory-store.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import type { S3Cache } from './data-cache.ts'
import type { S3CacheOptions } from './data-options.ts'
import { openDataCache } from './open-data-cache.ts'

const silent = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() }
const newStore = (): ObjectStore => createMemoryObjectStore({ maxBytes: 1e8 })
const open = (options: S3CacheOptions = {}): S3Cache =>
  openDataCache({ store: newStore(), prefix: 'p/', logger: silent, ...options }, {})

/** Two caches as of two processes. What one of them does is no news to the other for `tagRefreshMs`. */
function two(options: S3CacheOptions = {}): { readonly one: S3Cache; readonly other: S3Cache } {
  const store = newStore()
  const common = { memoryCheckMs: 0, ...options }
  // What is known of tags is shared in a process by who is given the same store.
  return { one: open({ ...common, store }), other: open({ ...common, store: { ...store } }) }
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {}
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve }
}

/** Until what goes on behind the answers is done. */
async function settle(cache: S3Cache): Promise<void> {
  await sleep(10)
  await cache.close()
}

describe('what a remember makes', () => {
  it.each(['delete', 'set', 'add', 'inc', 'clear'] as const)(
    'does not come after a %s that came while it waited for a promise inside',
    async (how) => {
      const cache = open()
      const inside = deferred()
      await cache.remember('k', () => ({ inside: inside.promise }))
      const ways = {
        delete: () => cache.delete('k'),
        set: () => cache.set('k', 7),
        add: () => cache.add('k', 7),
        inc: () => cache.inc('k', 7),
        clear: () => cache.clear(),
      }
      await ways[how]()
      inside.resolve()
      await settle(cache)
      expect(await cache.get('k')).toBe(how === 'delete' || how === 'clear' ? undefined : 7)
    },
  )

  it.each(['add', 'inc'] as const)('does not come after an %s that it met on its way to the store', async (how) => {
    const store = newStore()
    const put = store.put.bind(store)
    const cache = open({ store })
    const isUnderWay = deferred()
    const goOn = deferred()
    vi.spyOn(store, 'put').mockImplementation(async (...call) => {
      if (call[2]?.ifNoneMatch === '*' && call[0].includes('/entries/')) {
        isUnderWay.resolve()
        await goOn.promise
      }
      return await put(...call)
    })
    const changing = how === 'add' ? cache.add('k', 7) : cache.inc('k', 7)
    await isUnderWay.promise
    expect(await cache.remember('k', () => 1)).toBe(1)
    goOn.resolve()
    await changing
    await settle(cache)
    expect(await cache.get('k')).toBe(7)
  })

  it('does not come after what forceFresh made meanwhile', async () => {
    const cache = open()
    const slow = deferred()
    const first = cache.remember('k', () => slow.promise.then(() => 'old'))
    await sleep(5)
    expect(await cache.remember('k', () => 'new', { forceFresh: true })).toBe('new')
    slow.resolve()
    expect(await first).toBe('old')
    await settle(cache)
    expect(await cache.get('k')).toBe('new')
  })

  it('is shared at once by who asks while it waits for a promise inside', async () => {
    const cache = open()
    const inside = deferred()
    const make = vi.fn(() => ({ at: new Date(1), inside: inside.promise.then(() => ({ list: [1] })) }))
    const [first, second] = await Promise.all([cache.remember('k', make), cache.remember('k', make)])
    const third = await cache.remember('k', make)
    expect(make).toHaveBeenCalledTimes(1)
    expect([second.at, third.at, second.at === third.at]).toEqual([first.at, first.at, false])
    inside.resolve()
    const lists = await Promise.all([first, second, third].map(async (each) => (await each.inside).list))
    lists[1]?.push(2)
    expect(lists).toEqual([[1], [1, 2], [1]])
    await settle(cache)
    expect(await (await cache.get<typeof first>('k'))?.inside).toEqual({ list: [1] })
  })

  it('is not shared by who knows of an invalidation of a tag that it set on its way', async () => {
    const cache = open()
    const slow = deferred()
    const first = cache.remember('k', async ({ setTags }) => {
      setTags('late')
      await slow.promise
      return 'old'
    })
    await sleep(5)
    await cache.revalidateTag('late')
    expect(await cache.remember('k', () => 'new')).toBe('new')
    slow.resolve()
    expect(await first).toBe('old')
    await settle(cache)
    expect(await cache.get('k')).toBe('new')
  })

  it('is counted as set only where it is', async () => {
    const events: CacheEvent[] = []
    const cache = open({ onEvent: (event) => void events.push(event) })
    await cache.remember(
      'k',
      async () => {
        await cache.revalidateTag('t')
        return 1
      },
      { tags: ['t'] },
    )
    await settle(cache)
    expect(events.map(({ name }) => name)).toContain('discarded')
    expect(events.map(({ name }) => name)).not.toContain('set')
  })
})

describe('calls of set that are not awaited', () => {
  it('leave the last value, however long the first takes to be encoded', async () => {
    const cache = open()
    const inside = deferred()
    const first = cache.set('k', { inside: inside.promise })
    expect(await cache.set('k', 'last')).toBe(true)
    inside.resolve()
    expect(await first).toBe(false)
    expect(await cache.get('k')).toBe('last')
  })

  it('in one setMany, too', async () => {
    const cache = open()
    const later = sleep(10)
    const stored = await cache.setMany([
      ['k', { later }],
      ['k', 'last'],
    ])
    expect(stored).toEqual(['k'])
    expect(await cache.get('k')).toBe('last')
  })

  it('leave nothing where a delete came after them', async () => {
    const cache = open()
    const inside = deferred()
    const first = cache.set('k', { inside: inside.promise })
    await cache.delete('k')
    inside.resolve()
    expect(await first).toBe(false)
    expect(await cache.get('k')).toBeUndefined()
  })

  it('are not lost to a remember that begins meanwhile', async () => {
    const cache = open()
    const inside = deferred()
    const first = cache.set('k', { inside: inside.promise })
    expect(await cache.remember('k', () => 'made')).toBe('made')
    await settle(cache)
    inside.resolve()
    expect(await first).toBe(true)
    expect(await cache.get('k')).toHaveProperty('inside')
  })

  it.each([
    ['add', 'before'],
    ['add', 'after'],
    ['inc', 'before'],
    ['inc', 'after'],
  ] as const)('are not lost to an %s that was called %s them', async (how, when) => {
    const cache = open()
    const change = async (): Promise<unknown> => await (how === 'add' ? cache.add('k', 7) : cache.inc('k', 7))
    const before = when === 'before' && change()
    const inside = deferred()
    const set = cache.set('k', { inside: inside.promise })
    await (before || change())
    inside.resolve()
    expect(await set).toBe(true)
    expect(await cache.get('k')).toHaveProperty('inside')
  })
})

describe('after the clear of another process, which this one has not heard of', () => {
  it('one add wins', async () => {
    const { one, other } = two({ tagRefreshMs: 60_000 })
    await one.get('anything')
    await other.clear()
    expect([await one.add('k', 1), await other.add('k', 2)]).toEqual([true, false])
    expect(await other.get('k')).toBe(1)
  })

  it('inc counts on from what is there', async () => {
    const { one, other } = two({ tagRefreshMs: 60_000 })
    expect(await one.inc('k')).toBe(1)
    await other.clear()
    expect([await one.inc('k'), await other.inc('k'), await one.inc('k')]).toEqual([1, 2, 3])
  })

  it('a set of who has not read for long is found', async () => {
    const { one, other } = two({ tagRefreshMs: 20 })
    await one.get('anything')
    await other.clear()
    await sleep(40)
    await one.set('k', 1)
    expect(await other.get('k')).toBe(1)
    await other.clear()
    await sleep(40)
    expect(await one.remember('k', () => 2, { forceFresh: true })).toBe(2)
    await settle(one)
    expect(await other.get('k')).toBe(2)
  })

  it('a set is not newer than what its own process invalidates after the call', async () => {
    const cache = open({ tagRefreshMs: 0 })
    const set = cache.set('k', 1, { tags: ['t'] })
    const invalidated = cache.revalidateTag('t')
    await Promise.all([set, invalidated])
    expect(await cache.get('k')).toBeUndefined()
  })
})

describe('what is stale for get', () => {
  it('is not there for add and inc', async () => {
    const cache = open({ defaults: { ttl: '20ms', swr: '1h', staleIfError: '1h' } })
    expect([await cache.inc('n'), await cache.inc('n')]).toEqual([1, 2])
    expect(await cache.add('job', 'old')).toBe(true)
    await sleep(40)
    expect(await cache.inc('n')).toBe(1)
    expect(await cache.add('job', 'new')).toBe(true)
  })
})

it('adds the value as it is when it is called', async () => {
  const cache = open()
  const value = { list: [1] }
  const added = cache.add('k', value)
  value.list.push(2)
  expect(await added).toBe(true)
  expect(await cache.get('k')).toEqual({ list: [1] })
})

it('adds fractions in the order of the calls', async () => {
  const cache = open()
  const results = await Promise.all([cache.inc('n', 0.1), cache.inc('n', 0.2), cache.inc('n', 0.3)])
  expect(results).toEqual([0.1, 0.1 + 0.2, 0.1 + 0.2 + 0.3])
  expect(await cache.get('n')).toBe(results.at(-1))
})

it('counts a copy in memory from before the PUT that brought it', async () => {
  const store = newStore()
  const cache = open({ store, memoryCheckMs: 200 })
  const put = store.put.bind(store)
  vi.spyOn(store, 'put').mockImplementation(async (...call) => {
    const result = await put(...call)
    await sleep(250)
    return result
  })
  await cache.set('k', { v: 1 })
  const get = vi.spyOn(store, 'get')
  await cache.get('k')
  expect(get.mock.calls.filter(([key]) => key.includes('/entries/'))).toHaveLength(1)
})
