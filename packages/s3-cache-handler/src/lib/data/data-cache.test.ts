import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { failingStore } from '../../../test/data/failing-store.ts'
import type { CacheEvent } from '../cache-events.ts'
import { createMemoryObjectStore } from '../object-store/memory-store.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import type { S3Cache } from './data-cache.ts'
import type { S3CacheOptions } from './data-options.ts'
import { nullStore, openDataCache } from './open-data-cache.ts'

const silent = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() }
const newStore = (): ObjectStore => createMemoryObjectStore({ maxBytes: 1e8 })
const open = (options: S3CacheOptions = {}): S3Cache =>
  openDataCache({ store: newStore(), prefix: 'p/', logger: silent, ...options }, {})

/** Two caches as of two processes: the same store, and nothing else in common. */
function two(options: S3CacheOptions = {}): {
  readonly one: S3Cache
  readonly other: S3Cache
  readonly store: ObjectStore
} {
  const store = newStore()
  const common = { tagRefreshMs: 20, ...options }
  return { store, one: open({ ...common, store }), other: open({ ...common, store: { ...store } }) }
}

describe('a copy in memory', () => {
  it('is used for memoryCheckMs, and follows the store from then on', async () => {
    const { one, other } = two({ memoryCheckMs: 500 })
    await one.set('k', { v: 1 })
    expect(await other.get('k')).toEqual({ v: 1 })
    await one.set('k', { v: 2 })
    expect(await other.get('k')).toEqual({ v: 1 })
    await sleep(510)
    expect(await other.get('k')).toEqual({ v: 2 })
    await one.delete('k')
    await sleep(510)
    expect(await other.get('k')).toBeUndefined()
  })

  it('with 0 is never used unasked', async () => {
    const { one, other } = two({ memoryCheckMs: 0 })
    for (const value of [1, 2, 3]) {
      await one.set('k', { value })
      expect(await other.get('k')).toEqual({ value })
    }
  })

  it('is not asked for the ETag of another entry', async () => {
    const store = newStore()
    const cache = open({ store })
    await cache.set('k', 1)
    const put = store.put.bind(store)
    vi.spyOn(store, 'put').mockImplementation(async (...call) => {
      await sleep(50)
      return await put(...call)
    })
    const set = cache.set('k', 2)
    await sleep(10)
    expect(await cache.getEntry('k')).toMatchObject({ value: 2, etag: undefined })
    await set
    const etag = (await cache.getEntry('k'))?.etag
    expect(etag).toMatch(/^".+"$/)
    expect((await open({ store: { ...store }, memoryMaxBytes: 0 }).getEntry('k'))?.etag).toBe(etag)
    const checked = open({ store: { ...store }, memoryCheckMs: 0 })
    expect([(await checked.getEntry('k'))?.etag, (await checked.getEntry('k'))?.etag]).toEqual([etag, etag])
  })

  it('of raw bytes follows, too, where they are the same with another lifetime', async () => {
    const { one, other } = two({ memoryCheckMs: 0 })
    await one.set('k', 'same', { ttl: '30ms' })
    expect(await other.get('k')).toBe('same')
    await one.set('k', 'same', { ttl: '1h', tags: ['t'] })
    await sleep(50)
    expect(await other.get('k')).toBe('same')
    expect((await other.getEntry('k'))?.tags).toEqual(['t'])
  })

  it('is not brought back by a slow read that began before it was deleted', async () => {
    const { one, store } = two({ memoryCheckMs: 100 })
    await one.set('k', { v: 1 })
    await sleep(110)
    const get = store.get.bind(store)
    let isSlow = true
    vi.spyOn(store, 'get').mockImplementation(async (...call) => {
      const wasSlow = isSlow
      const found = await get(...call)
      if (wasSlow && call[0].includes('entries/')) await sleep(50)
      return found
    })
    const reading = one.get('k')
    await sleep(10)
    isSlow = false
    await one.delete('k')
    // While that is under way still, and then.
    expect(await one.get('k')).toBeUndefined()
    await reading
    expect(await one.get('k')).toBeUndefined()
  })
})

describe('what fails', () => {
  it('is a miss, false, and an error where somebody relies on it', async () => {
    const events: CacheEvent[] = []
    const { store, fail } = failingStore(newStore())
    const cache = open({ store, timeoutMs: 200, onEvent: (event) => void events.push(event) })
    await cache.set('k', 1)
    fail()
    expect(await cache.get('other')).toBeUndefined()
    expect(await cache.set('other', 1)).toBe(false)
    expect(
      await cache.setMany([
        ['a', 1],
        ['b', 2],
      ]),
    ).toEqual([])
    expect(await cache.remember('r', () => 'made')).toBe('made')
    await expect(cache.delete('k')).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_OBJECT_STORE/) })
    await expect(cache.deleteMany(['k', 'l'])).rejects.toMatchObject({
      code: 'ERR_BATCH',
      failed: [{ key: 'k' }, { key: 'l' }],
    })
    await expect(cache.revalidateTag('t')).rejects.toMatchObject({ code: 'ERR_NOT_INVALIDATED' })
    await expect(cache.inc('n')).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_OBJECT_STORE/) })
    await expect(cache.ping()).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_OBJECT_STORE/) })
    expect(events.map(({ name }) => name)).toContain('store-failed')
  })

  it('is an error everywhere with failOpen off', async () => {
    const { store, fail } = failingStore(newStore())
    const cache = open({ store, timeoutMs: 200, failOpen: false })
    fail()
    await expect(cache.get('k')).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_OBJECT_STORE/) })
    await expect(cache.set('k', 1)).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_OBJECT_STORE/) })
    await expect(cache.setMany([['k', 1]])).rejects.toMatchObject({ code: 'ERR_BATCH' })
  })

  it('in one value of a batch leaves the others alone, and is named', async () => {
    const cache = open()
    const batch = cache.setMany([
      ['good', 1],
      ['bad', () => 1],
      [['also', 'bad'], undefined],
    ])
    await expect(batch).rejects.toMatchObject({
      failed: [
        { key: 'bad', error: { code: 'ERR_UNENCODABLE_VALUE' } },
        { key: ['also', 'bad'], error: { code: 'ERR_INVALID_OPTION' } },
      ],
    })
    expect(await cache.get('good')).toBe(1)
  })

  it('to be read is a miss, which add and set put right', async () => {
    const { one, store } = two({ memoryCheckMs: 0 })
    await one.set('k', { v: 1 })
    const [object] = (await store.list('p/v1/entries/')).objects
    await store.put(object?.key ?? '', Buffer.from('damaged'))
    expect(await one.get('k')).toBeUndefined()
    expect(await one.add('k', 'whole')).toBe(true)
    expect(await one.get('k')).toBe('whole')
  })
})

describe('keys', () => {
  it('are listed by pages, long ones whole, and each namespace has its own', async () => {
    const cache = open()
    const long = `long ${'é'.repeat(600)}`
    const users = cache.namespace('users')
    for (const key of ['a', ['a', 1], long]) await cache.set(key, 1)
    await users.set('a', 2)
    await users.namespace('deep').set('a', 3)
    expect((await cache.keys({ prefix: 'long' })).keys.map(({ key }) => key)).toEqual([long])
    expect((await cache.keys({ prefix: ['a'] })).keys.map(({ key }) => key)).toEqual([['a', 1]])
    const first = await cache.keys({ limit: 2 })
    const rest = await cache.keys({ cursor: first.cursor })
    // Those of a namespace are no keys of the cache around it: given to `get` they would name others.
    const keys = [...first.keys, ...rest.keys].map(({ key }) => key)
    expect(keys).toEqual(expect.arrayContaining(['a', ['a', 1], long]))
    expect(keys).toHaveLength(3)
    expect(rest.cursor).toBeUndefined()
    expect((await users.keys()).keys.map(({ key }) => key)).toEqual(['a'])
    expect([await users.get('a'), await users.namespace('deep').get('a'), await cache.get('a')]).toEqual([2, 3, 1])
    expect(await users.clear()).toEqual({ deleted: 2 })
    expect([await users.get('a'), await cache.get('a')]).toEqual([undefined, 1])
  })

  it('can be hidden', async () => {
    const { one, store } = two({ hashKey: (key) => `hidden ${key.length}` })
    await one.set('a secret', 1)
    expect(await one.get('a secret')).toBe(1)
    expect((await store.list('')).objects.map(({ key }) => key).join()).not.toContain('secret')
    await expect(one.clear({ prefix: 'a' })).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'prefix' })
    expect(await one.clear()).toEqual({ deleted: 1 })
  })

  it('under which nothing may be cleared by accident need a word', async () => {
    const cache = open({ prefix: '' })
    await cache.set('k', 1)
    await expect(cache.clear()).rejects.toMatchObject({ option: 'wholeBucket' })
    await expect(cache.clear({ prefix: '' })).rejects.toMatchObject({ option: 'wholeBucket' })
    expect(await cache.clear({ prefix: 'x' })).toEqual({ deleted: 0 })
    expect(await cache.clear({ wholeBucket: true })).toEqual({ deleted: 1 })
  })
})

describe('prune', () => {
  it('deletes what has expired, as many as it may, and nothing else', async () => {
    const { one, other } = two({ memoryCheckMs: 0 })
    for (const key of ['a', 'b', 'c']) await one.set(key, { key }, { ttl: '10ms' })
    await one.set('raw', 'text', { ttl: '10ms' })
    await one.set('ever', 1, { ttl: null })
    await one.set('fresh', 1)
    await sleep(30)
    expect(await one.prune({ maxDeletes: 1 })).toMatchObject({ deleted: 1 })
    expect(await one.prune()).toEqual({ scanned: 5, deleted: 3 })
    expect((await other.keys()).keys.map(({ key }) => key)).toEqual(['ever', 'fresh'])
  })
})

it('keeps several caches apart, by store and by prefix', async () => {
  const store = newStore()
  const caches = [open({ store }), open({ store, prefix: 'q/' }), open(), open({ store: nullStore() })]
  for (const [index, cache] of caches.entries()) await cache.set('k', index)
  expect(await Promise.all(caches.map((cache) => cache.get('k')))).toEqual([0, 1, 2, undefined])
  expect(await caches[0]?.revalidateTag('t')).toBeUndefined()
})

it('does the rest of a batch with a wrong key, and names that one', async () => {
  const cache = open()
  const wrong = 5 as unknown as string
  const expected = { code: 'ERR_BATCH', failed: [{ key: wrong, error: { code: 'ERR_INVALID_KEY' } }] }
  const set = cache.setMany([
    ['a', 1],
    [wrong, 2],
    ['b', 3],
  ])
  await expect(set).rejects.toMatchObject(expected)
  expect(await cache.getMany(['a', 'b'])).toEqual([1, 3])
  await expect(cache.deleteMany(['a', wrong, 'b'])).rejects.toMatchObject(expected)
  expect(await cache.getMany(['a', 'b'])).toEqual([undefined, undefined])
})
