import { createHash } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { CacheEvent } from '../../src/cache.ts'
import { EVENT_CHANNEL } from '../../src/lib/cache-events.ts'
import { localS3, openS3Endpoint, type S3Endpoint } from '../s3-endpoint.ts'
import { objectNames, openCaches } from './flask-caches.ts'

let s3: S3Endpoint
beforeAll(async () => {
  s3 = await openS3Endpoint('flask-functions')
})
afterAll(() => s3.close())

it("`@cached(key_prefix='x')` on a function: calls it once, and the key is its own", async () => {
  const { cache, other } = openCaches(s3)
  const load = vi.fn(() => ['news'])
  expect(await cache.remember('x', load)).toEqual(['news'])
  await cache.close()
  expect(await other.remember('x', load)).toEqual(['news'])
  expect(await other.get('x')).toEqual(['news'])
  expect(load).toHaveBeenCalledTimes(1)
})

it('`key_prefix` callable, `make_cache_key`: makes the key of the arguments', async () => {
  const { cache } = openCaches(s3)
  const greet = vi.fn((user: { readonly id: number; readonly name: string }) => `Hello ${user.name}`)
  const cached = cache.memoize(greet, { name: 'greet', key: ({ id }) => ['user', id] })
  expect(await cached({ id: 1, name: 'Ann' })).toBe('Hello Ann')
  expect(await cached({ id: 1, name: 'Anna' })).toBe('Hello Ann')
  expect(await cached({ id: 2, name: 'Ben' })).toBe('Hello Ben')
  expect(greet).toHaveBeenCalledTimes(2)
})

it('`forced_update`: makes a new value, whatever is there, for all', async () => {
  const { cache, other } = openCaches(s3)
  expect(await cache.remember('price', () => 1)).toBe(1)
  expect(await cache.remember('price', () => 2, { forceFresh: () => false })).toBe(1)
  expect(await cache.remember('price', () => 3, { forceFresh: true })).toBe(3)
  await cache.close()
  expect(await other.remember('price', () => 4)).toBe(3)
})

it('`is_stale` (2.5): makes a new value where the one that is there is no good', async () => {
  const { cache, other } = openCaches(s3)
  const isStale = ({ version }: { readonly version: number }): boolean => version < 2
  await other.set('config', { version: 1 })
  expect(await cache.remember('config', () => ({ version: 2 }), { isStale })).toEqual({ version: 2 })
  expect(await cache.remember('config', () => ({ version: 3 }), { isStale })).toEqual({ version: 2 })
})

it('`cache_none` (extra `has`, racy): keeps null, which `shouldCache` may refuse; undefined is never kept', async () => {
  const { cache } = openCaches(s3)
  const nothing = vi.fn(() => null)
  expect([await cache.remember('null', nothing), await cache.remember('null', nothing)]).toEqual([null, null])
  expect(nothing).toHaveBeenCalledTimes(1)
  const refused = vi.fn((): string | null => null)
  const shouldCache = (value: string | null): boolean => value !== null
  await cache.remember('refused', refused, { shouldCache })
  await cache.remember('refused', refused, { shouldCache })
  expect(refused).toHaveBeenCalledTimes(2)
  const missing = vi.fn(() => undefined)
  await cache.remember('undefined', missing)
  await cache.remember('undefined', missing)
  expect(missing).toHaveBeenCalledTimes(2)
})

it('`cache_none` (extra `has`, racy): asks the store once for a null that is there', async (context) => {
  const { requests } = localS3(context, s3, 'request counter')
  const { cache, other, prefix } = openCaches(s3)
  await cache.set('null', null)
  const before = requests.count({ keyPrefix: `${prefix}v1/entries/` })
  expect(await other.remember('null', () => 'made')).toBeNull()
  expect(requests.count({ keyPrefix: `${prefix}v1/entries/` }) - before).toBe(1)
})

it('`hash_method`, `CACHE_HASH_METHOD`: replaces the key in the names of objects, by any hash', async () => {
  const hashKey = (key: string): string => createHash('sha512').update(key).digest('base64url')
  const { cache, other, prefix } = openCaches(s3, { hashKey })
  await cache.set('mail of ann@shop.test', 1)
  expect(await other.get('mail of ann@shop.test')).toBe(1)
  const [name, ...more] = await objectNames(s3, prefix)
  expect([name?.endsWith(hashKey('mail of ann@shop.test')), more]).toEqual([true, []])
  expect(name).not.toContain('ann')
  await expect(cache.clear({ prefix: 'mail' })).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'prefix' })
})

it('`source_check`: tells versions of a function apart, by `version` or by its source', async () => {
  const { cache } = openCaches(s3)
  const first = cache.memoize((price: number) => price * 2, { name: 'tax', version: 1 })
  const second = cache.memoize((price: number) => price * 3, { name: 'tax', version: 2 })
  expect([await first(1), await second(1)]).toEqual([2, 3])
  const before = cache.memoize((price: number) => price * 4, { name: 'vat', sourceCheck: true })
  const same = cache.memoize((price: number) => price * 4, { name: 'vat', sourceCheck: true })
  const after = cache.memoize((price: number) => price * 5, { name: 'vat', sourceCheck: true })
  expect([await before(1), await after(1)]).toEqual([4, 5])
  expect(same.keyFor(1)).toEqual(before.keyFor(1))
})

it('`.uncached`, `.cache_timeout`, `.make_cache_key`: gives the function, what it was made with, and the key of a call', async () => {
  const { cache } = openCaches(s3)
  const load = vi.fn((id: number) => `user ${id}`)
  const cached = cache.memoize(load, { name: 'load', ttl: '1h' })
  expect(cached.uncached).toBe(load)
  expect(cached.options).toEqual({ name: 'load', ttl: '1h' })
  expect(await cache.get(cached.keyFor(7))).toBeUndefined()
  await cached(7)
  expect(await cache.get(cached.keyFor(7))).toBe('user 7')
  expect(await cached.uncached(7)).toBe('user 7')
  expect(load).toHaveBeenCalledTimes(2)
})

it('`@memoize(timeout, make_name, args_to_ignore)`: keeps results by name and arguments, but for those that `key` leaves out', async () => {
  const { cache, other } = openCaches(s3)
  const find = vi.fn((name: string, { page }: { readonly page: number }) => `${name} ${page}`)
  const cached = cache.memoize(find, { name: 'find', ttl: 60 })
  expect([await cached('a', { page: 1 }), await cached('a', { page: 2 })]).toEqual(['a 1', 'a 2'])
  await cache.close()
  expect(await other.memoize(find, { name: 'find' })('a', { page: 1 })).toBe('a 1')
  expect(find).toHaveBeenCalledTimes(2)
  expect((await cache.getEntry(cached.keyFor('a', { page: 1 })))?.tags).toEqual(['fn:find'])

  const query = (sql: string, connection: { readonly isOpen: boolean }): string => `${sql} ${connection.isOpen}`
  const rows = cache.memoize(query, { name: 'query', key: (sql) => [sql] })
  expect([await rows('select', { isOpen: true }), await rows('select', { isOpen: false })]).toEqual([
    'select true',
    'select true',
  ])
  expect(() => cache.memoize(find, { name: '' })).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }))
})

it('`delete_memoized(f)` / `(f, *args)`: takes one result out or all, in all processes', async () => {
  const { cache, other } = openCaches(s3)
  let calls = 0
  const make = (id: number): string => `${id} by call ${++calls}`
  const here = cache.memoize(make, { name: 'make' })
  const there = other.memoize(make, { name: 'make' })
  expect([await here(1), await here(2)]).toEqual(['1 by call 1', '2 by call 2'])
  await cache.close()
  await there.invalidate(1)
  expect([await here(1), await here(2)]).toEqual(['1 by call 3', '2 by call 2'])
  await cache.close()
  await there.invalidateAll()
  expect([await here(1), await here(2)]).toEqual(['1 by call 4', '2 by call 5'])
})

it('`delete_memoized_verhash` (version key): leaves no orphans, and what was being made meanwhile is not kept', async () => {
  const { cache, other, prefix } = openCaches(s3)
  const release: ((value: string) => void)[] = []
  const make = (_id: number): Promise<string> => new Promise((resolve) => release.push(resolve))
  const here = cache.memoize(make, { name: 'slow' })
  const old = here(1)
  await vi.waitFor(() => expect(release).toHaveLength(1))
  await other.memoize(make, { name: 'slow' }).invalidateAll()
  release[0]?.('made before')
  expect(await old).toBe('made before')
  const current = here(1)
  await vi.waitFor(() => expect(release).toHaveLength(2))
  release[1]?.('made after')
  expect(await current).toBe('made after')
  expect(await here(1)).toBe('made after')
  await cache.close()
  await here.invalidateAll()
  const last = here(1)
  await vi.waitFor(() => expect(release).toHaveLength(3))
  release[2]?.('made last')
  expect(await last).toBe('made last')
  await cache.close()
  // Each is stored in the place of the one before.
  expect(await objectNames(s3, prefix)).toHaveLength(1)
})

it('signals `cache_view_hit/miss`, `cache_memoize_hit/miss`: are events with key and reason, for a listener or the whole process', async () => {
  const { cache, events } = openCaches(s3)
  const published: unknown[] = []
  const listen = (event: unknown): void => void published.push(event)
  subscribe(EVENT_CHANNEL, listen)
  const load = cache.memoize((id: number) => id, { name: 'load' })
  await load(1)
  await load(1)
  await cache.get('view')
  unsubscribe(EVENT_CHANNEL, listen)
  const reads = events.filter(({ name }) => name === 'hit' || name === 'miss')
  const fn = expect.stringContaining('load')
  const some: number = expect.any(Number)
  const served = { tier: expect.any(String), freshness: 'fresh', ageMs: some, durationMs: some } as const
  expect(reads).toEqual([
    { name: 'miss', kind: 'data', key: fn, reason: 'absent', durationMs: some },
    { name: 'hit', kind: 'data', key: fn, ...served },
    { name: 'miss', kind: 'data', key: 'view', reason: 'absent', durationMs: some },
  ] satisfies CacheEvent[])
  expect(published).toEqual(expect.arrayContaining(reads))
  expect(cache.stats()).toMatchObject({ hits: 1, misses: 2 })
})
