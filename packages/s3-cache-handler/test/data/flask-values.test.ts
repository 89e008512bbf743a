import { afterAll, beforeAll, expect, it } from 'vitest'
import { createS3Cache, type Logger } from '../../src/cache.ts'
import { intercept } from '../../src/lib/object-store/intercept.ts'
import { localS3, openS3Endpoint, type S3Endpoint } from '../s3-endpoint.ts'
import { newPrefix, objectNames, openCaches, pastTtl, silent } from './flask-caches.ts'

let s3: S3Endpoint
beforeAll(async () => {
  s3 = await openS3Endpoint('flask-values')
})
afterAll(() => s3.close())

it('`get(key)`: finds what another process stored; null, 0, false and "" are values, and undefined is a miss alone', async () => {
  const { cache, other } = openCaches(s3)
  await cache.setMany([
    ['null', null],
    ['zero', 0],
    ['false', false],
    ['empty', ''],
  ])
  expect(await other.getMany(['null', 'zero', 'false', 'empty', 'missing'])).toEqual([null, 0, false, '', undefined])
})

it('`get(key)`: tells with `getEntry` what is known of the value', async () => {
  const { cache, other } = openCaches(s3)
  const before = Date.now()
  await cache.set('post', 'hello', { ttl: 60, tags: ['posts'] })
  const entry = await other.getEntry('post')
  expect(entry).toMatchObject({ value: 'hello', state: 'fresh', tags: ['posts'], size: 5, etag: expect.any(String) })
  // The store's clock tells whole seconds.
  expect(Math.abs((entry?.createdAt ?? 0) - before)).toBeLessThan(5000)
  expect((entry?.staleAt ?? 0) - (entry?.createdAt ?? 0)).toBe(60_000)
  expect(await other.getEntry('missing')).toBeUndefined()
})

it('`set(key, v, timeout)`: keeps any value of the codec, not strings alone', async () => {
  const { cache, other } = openCaches(s3)
  const value = {
    at: new Date(0),
    of: new Set([1n]),
    by: new Map([['a', /b/g]]),
    none: undefined,
    bytes: new Uint8Array(3),
  }
  expect(await cache.set('rich', value)).toBe(true)
  expect(await other.get('rich')).toEqual(value)
  expect(await cache.set('bytes', Buffer.from([0, 255]))).toBe(true)
  expect(await other.get('bytes')).toEqual(Buffer.from([0, 255]))
})

it('`set(key, v, timeout)`: keeps it for its ttl, which is no whole second, for ever where it is null, and not where it is 0', async () => {
  const { cache, other } = openCaches(s3)
  expect(await cache.set('short', 1, { ttl: '40ms' })).toBe(true)
  expect(await cache.set('ever', 1, { ttl: null })).toBe(true)
  expect(await cache.set('not', 1)).toBe(true)
  expect(await cache.set('not', 2, { ttl: 0 })).toBe(false)
  await expect(cache.set('negative', 1, { ttl: -1 })).rejects.toMatchObject({
    code: 'ERR_INVALID_OPTION',
    option: 'ttl',
  })
  await pastTtl()
  expect(await other.getMany(['short', 'ever', 'not', 'negative'])).toEqual([undefined, 1, undefined, undefined])
  expect(await other.getEntry('ever')).toMatchObject({ staleAt: Infinity, expiresAt: Infinity })
})

it('`add`: lets one of forty calls in two processes win, and the winner is what is stored', async () => {
  const { cache, other } = openCaches(s3)
  const calls = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? cache : other).add('lock', index))
  const results = await Promise.all(calls)
  expect(results.filter(Boolean)).toHaveLength(1)
  expect(await cache.get('lock')).toBe(results.indexOf(true))
})

it('`add`: stores where the entry has expired, and leaves one that has not', async () => {
  const { cache, other } = openCaches(s3)
  expect(await cache.add('key', 'first', { ttl: '40ms' })).toBe(true)
  await pastTtl()
  expect(await other.add('key', 'second')).toBe(true)
  expect(await cache.add('key', 'third')).toBe(false)
  expect(await cache.get('key')).toBe('second')
})

it('`get_many`, `get_dict`: give values in the order of the keys or by key, and undefined for a miss', async () => {
  const { cache, other } = openCaches(s3)
  await cache.setMany([
    ['a', 1],
    ['b', null],
  ])
  expect(await other.getMany(['b', 'missing', 'a', 'b'])).toEqual([null, undefined, 1, null])
  expect(await other.getDict(['b', 'missing', 'a'])).toEqual({ b: null, missing: undefined, a: 1 })
  expect(await other.getMany([])).toEqual([])
})

it('`get_many`, `get_dict`: read side by side, and no more than a few at a time', async () => {
  let running = 0
  let most = 0
  const store = intercept(s3.store, async ({ operation, key }, run) => {
    // The tags are looked at besides.
    if (operation !== 'get' || !key.includes('/v1/entries/')) return await run()
    most = Math.max(most, ++running)
    return await run().finally(() => running--)
  })
  const cache = createS3Cache({ store, prefix: newPrefix(s3), logger: silent, timeoutMs: 15_000 })
  const keys = Array.from({ length: 200 }, (_, index) => `key${index}`)
  expect(await cache.getMany(keys)).toEqual(keys.map(() => undefined))
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(32)
})

it('`set_many` -> keys stored: names the keys that are stored, each with options of its own', async () => {
  const { cache, other } = openCaches(s3)
  const stored = await cache.setMany([
    ['kept', 1, { ttl: 60 }],
    ['not kept', 2, { ttl: 0 }],
    [['parts', 3], 3],
  ])
  expect(stored).toEqual(['kept', ['parts', 3]])
  expect(await other.getMany(['kept', 'not kept', ['parts', 3]])).toEqual([1, undefined, 3])
})

it('`delete`: takes an entry out for all, and is true of what was not there, which S3 cannot tell', async () => {
  const { cache, other } = openCaches(s3)
  await cache.set('key', 1)
  expect(await other.delete('key')).toBe(true)
  expect(await cache.get('key')).toBeUndefined()
  expect(await cache.delete('key')).toBe(true)
})

it('`delete_many` -> list: gives the keys, however many, and leaves the others', async () => {
  const { cache, other } = openCaches(s3)
  await cache.setMany([
    ['first', 1],
    ['kept', 2],
    ['last', 3],
  ])
  const keys = ['first', ...Array.from({ length: 1000 }, (_, index) => `missing${index}`), 'last']
  expect(await other.deleteMany(keys)).toEqual(keys)
  expect(await cache.getMany(['first', 'kept', 'last'])).toEqual([undefined, 2, undefined])
})

it('`delete_many` -> list: asks S3 once a thousand keys', async (context) => {
  const { requests } = localS3(context, s3, 'request counter')
  const { cache } = openCaches(s3)
  const before = requests.count({ operation: 'DeleteObjects' })
  await cache.deleteMany(Array.from({ length: 2001 }, (_, index) => `missing${index}`))
  expect(requests.count({ operation: 'DeleteObjects' }) - before).toBe(3)
})

it('`has`: says whether `get` would find it, and a plain miss is nothing to log', async () => {
  const lines: unknown[] = []
  const log = (...line: unknown[]): void => void lines.push(line)
  const logger: Logger = { ...silent, error: log, warn: log }
  const { cache, other } = openCaches(s3, { logger })
  await cache.set('null', null)
  await cache.set('short', 1, { ttl: '40ms' })
  await pastTtl()
  expect([await other.has('null'), await other.has('short'), await other.has('missing')]).toEqual([true, false, false])
  expect(lines).toEqual([])
})

it('`clear()`: deletes this cache, or what begins so, and no other prefix', async () => {
  const { cache, other, prefix } = openCaches(s3)
  const neighbour = openCaches(s3)
  await neighbour.cache.set('post:1', 'of the neighbour')
  await cache.setMany([
    ['post:1', 1],
    ['post:2', 2],
    ['user:1', 3],
  ])
  expect(await cache.clear({ prefix: 'post:' })).toEqual({ deleted: 2 })
  expect(await other.getMany(['post:1', 'post:2', 'user:1'])).toEqual([undefined, undefined, 3])
  expect(await other.clear()).toEqual({ deleted: 1 })
  expect(await cache.get('user:1')).toBeUndefined()
  expect(await objectNames(s3, prefix)).toEqual([])
  expect(await neighbour.other.get('post:1')).toBe('of the neighbour')
})

it('`clear()`: refuses without a prefix, which is where the whole bucket would go', async () => {
  const { bucket, endpoint, region } = s3
  const cache = createS3Cache({ bucket, endpoint, region, prefix: '', logger: silent })
  await expect(cache.clear()).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'wholeBucket' })
})

it('`inc`/`dec`: count exactly, in however many processes', async () => {
  const { cache, other } = openCaches(s3)
  expect(await cache.inc('visits')).toBe(1)
  expect(await other.inc('visits', 10)).toBe(11)
  const counts = Array.from({ length: 60 }, (_, index) =>
    index % 2 === 0 ? cache.inc('visits') : other.dec('visits', 2),
  )
  await Promise.all(counts)
  expect(await cache.get('visits')).toBe(11 + 30 - 60)
  await cache.set('text', 'none')
  await expect(cache.inc('text')).rejects.toMatchObject({ code: 'ERR_NOT_A_NUMBER' })
})
