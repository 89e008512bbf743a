import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createS3Cache, fsStore, memoryStore, nullStore, type TextCodec, type TypeCodec } from '../../src/cache.ts'
import { openDataCache } from '../../src/lib/data/open-data-cache.ts'
import { openS3Endpoint, type S3Endpoint } from '../s3-endpoint.ts'
import { newPrefix, objectNames, openCaches, pastTtl, silent } from './flask-caches.ts'

let s3: S3Endpoint
beforeAll(async () => {
  s3 = await openS3Endpoint('flask-operations')
})
afterAll(() => s3.close())

/** The variables of an app that has moved from the seed library. */
const environment = (prefix: string): Record<string, string> => ({
  CACHE_S3_BUCKET: s3.bucket,
  CACHE_S3_ENDPOINT_URL: s3.endpoint,
  CACHE_REGION: s3.region,
  CACHE_KEY_PREFIX: prefix,
})

/** A bucket on a port where nobody listens. */
const unreachable = () => ({
  bucket: 'bucket',
  endpoint: 'http://127.0.0.1:9',
  prefix: newPrefix(s3),
  logger: silent,
})

it('`cache` property / backend: is the store, which is the one that was given', async () => {
  const store = memoryStore()
  const cache = createS3Cache({ store, prefix: 'app/', logger: silent })
  await cache.set('key', 'value')
  expect((await store.list('app/v1/entries/')).objects.map(({ key }) => key)).toEqual([
    'app/v1/entries/~shared/data/key',
  ])
  await store.deleteMany(['app/v1/entries/~shared/data/key'])
  expect(await createS3Cache({ store, prefix: 'app/', memoryCheckMs: 0, logger: silent }).get('key')).toBeUndefined()
})

it('`init_app`, several `Cache` objects: has caches side by side, by options or by namespace, that share no key', async () => {
  const { cache, other } = openCaches(s3)
  const second = openCaches(s3)
  const users = cache.namespace('users')
  await cache.set('key', 'first')
  await second.cache.set('key', 'second')
  await users.set('key', 'of users')
  expect([await other.get('key'), await second.other.get('key')]).toEqual(['first', 'second'])
  expect(await other.namespace('users').get('key')).toBe('of users')
  expect(await users.clear()).toEqual({ deleted: 1 })
  expect([await other.get('key'), await other.namespace('users').get('key')]).toEqual(['first', undefined])
})

it('`CACHE_DEFAULT_TIMEOUT` 300, `CACHE_KEY_PREFIX`, `CACHE_OPTIONS`, `CACHE_ARGS`: mean what they meant', async () => {
  const prefix = newPrefix(s3)
  const env = environment(prefix)
  const ttlOf = async (more: Record<string, string>): Promise<number> => {
    const cache = openDataCache({ logger: silent }, { ...env, ...more })
    await cache.set('key', 'value')
    const entry = await cache.getEntry('key')
    return (entry?.staleAt ?? 0) - (entry?.createdAt ?? 0)
  }
  expect(await ttlOf({})).toBe(300_000)
  expect(await ttlOf({ CACHE_DEFAULT_TIMEOUT: '60' })).toBe(60_000)
  expect(await ttlOf({ CACHE_DEFAULT_TIMEOUT: '0' })).toBe(Infinity)
  expect(await objectNames(s3, prefix)).toEqual(['v1/entries/~shared/data/key'])
})

it('`CACHE_DEFAULT_TIMEOUT` 300, `CACHE_KEY_PREFIX`, `CACHE_OPTIONS`, `CACHE_ARGS`: options know purge_expired_on_read alone', () => {
  const open = (options: string): unknown =>
    openDataCache({ store: nullStore(), logger: silent }, { CACHE_OPTIONS: options })
  expect(open('{"purge_expired_on_read": true}')).toBeDefined()
  expect(open('{}')).toBeDefined()
  expect(open('')).toBeDefined()
  const invalid = (message: RegExp) =>
    expect.objectContaining({ code: 'ERR_INVALID_OPTION', message: expect.stringMatching(message) })
  expect(() => open('{"lifecycle": 1}')).toThrow(invalid(/CACHE_OPTIONS.*"lifecycle"/))
  expect(() => open('{"purge_expired_on_read": 1}')).toThrow(invalid(/CACHE_OPTIONS.*true or false/))
  expect(() => open('[]')).toThrow(invalid(/CACHE_OPTIONS.*"\[\]"/))
  expect(() => open('purge')).toThrow(invalid(/CACHE_OPTIONS.*"purge"/))
})

it('`CACHE_IGNORE_ERRORS`, debug re-raise: answers as if nothing were cached while the store fails, and tells of it', async () => {
  const failures: string[] = []
  const cache = createS3Cache({
    ...unreachable(),
    onEvent: (event) => {
      if (event.name === 'store-failed') failures.push(event.operation)
    },
  })
  expect(await cache.get('key')).toBeUndefined()
  expect(await cache.set('key', 'value')).toBe(false)
  expect(await cache.remember('key', () => 'made')).toBe('made')
  expect(failures).toEqual(expect.arrayContaining(['get', 'put']))
  // Somebody relies on what these say.
  await expect(cache.delete('key')).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_OBJECT_STORE_/) })
})

it('`CACHE_IGNORE_ERRORS`, debug re-raise: rejects where `failOpen` is off, `set` too', async () => {
  const cache = createS3Cache({ ...unreachable(), failOpen: false })
  const failed = { code: expect.stringMatching(/^ERR_OBJECT_STORE_/) }
  await expect(cache.get('key')).rejects.toMatchObject(failed)
  await expect(cache.has('key')).rejects.toMatchObject(failed)
  await expect(cache.set('key', 'value')).rejects.toMatchObject(failed)
  await expect(cache.setMany([['key', 'value']])).rejects.toMatchObject({ code: 'ERR_BATCH' })
  await expect(cache.remember('key', () => 'made')).rejects.toMatchObject(failed)
})

it('`CACHE_THRESHOLD`: bounds the memory in front, in bytes, while the bucket keeps everything', async () => {
  const { cache } = openCaches(s3, { memoryMaxBytes: 20_000, memoryCheckMs: 60_000 })
  const keys = Array.from({ length: 50 }, (_, index) => `key${index}`)
  await cache.setMany(keys.map((key) => [key, key.padEnd(1000, '.')] as const))
  const { memoryBytes } = cache.stats()
  expect(memoryBytes).toBeGreaterThan(1000)
  expect(memoryBytes).toBeLessThanOrEqual(20_000)
  expect(await cache.getMany(keys)).toEqual(keys.map((key) => key.padEnd(1000, '.')))
})

it('`CACHE_SERIALIZER` (2.5, pickle default): takes another codec, and what another one stored is a miss', async () => {
  const json: TextCodec = {
    name: 'json',
    stringify: (value) => JSON.stringify(value),
    parse: (text) => JSON.parse(text),
  }
  const { bucket, endpoint, region } = s3
  const place = { bucket, endpoint, region, prefix: newPrefix(s3), memoryCheckMs: 0, logger: silent }
  const withJson = createS3Cache({ ...place, codec: json })
  await withJson.set('day', { at: new Date(0) })
  expect(await withJson.get('day')).toEqual({ at: '1970-01-01T00:00:00.000Z' })
  expect(await createS3Cache(place).get('day')).toBeUndefined()
  // Which could read it, and knows that it is not of its making.
  expect(await createS3Cache({ ...place, codec: { ...json, name: 'json/2' } }).get('day')).toBeUndefined()
  // Text needs no codec.
  await withJson.set('text', 'as it is')
  expect(await createS3Cache(place).get('text')).toBe('as it is')
})

it('`CACHE_SERIALIZER` (2.5, pickle default): makes no instance of a class but those of `types`', async () => {
  class Money {
    readonly cents: number
    constructor(cents: number) {
      this.cents = cents
    }
  }
  const money: TypeCodec<Money, number> = {
    is: (value) => value instanceof Money,
    encode: ({ cents }) => cents,
    decode: (cents) => new Money(cents),
  }
  const { cache, other } = openCaches(s3, { types: { Money: money } })
  await cache.set('prices', [new Money(5)])
  expect(await other.get('prices')).toEqual([new Money(5)])
  expect((await other.get<Money[]>('prices'))?.[0]).toBeInstanceOf(Money)
  const without = openCaches(s3).cache
  await expect(without.set('prices', [new Money(5)])).rejects.toMatchObject({ code: 'ERR_UNENCODABLE_VALUE' })
  expect(await without.remember('price', () => new Money(5))).toEqual(new Money(5))
})

it('`NullCache`, `SimpleCache`, `FileSystemCache`: are stores behind the same methods', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flask-operations-'))
  try {
    const none = createS3Cache({ store: nullStore(), logger: silent })
    await none.set('key', 'value')
    expect(await none.get('key')).toBeUndefined()
    expect(await none.remember('key', () => 1)).toBe(1)
    await none.close()
    expect(await none.remember('key', () => 2)).toBe(2)

    const memory = createS3Cache({ store: memoryStore(), logger: silent })
    expect([await memory.add('key', 'value'), await memory.add('key', 'again')]).toEqual([true, false])
    expect([await memory.inc('count'), await memory.get('key')]).toEqual([1, 'value'])

    const files = createS3Cache({ store: fsStore(folder), logger: silent })
    expect(await files.set('key', { at: new Date(0) })).toBe(true)
    // Another store on the folder is as another process.
    const again = createS3Cache({ store: fsStore(folder), logger: silent })
    expect(await again.get('key')).toEqual({ at: new Date(0) })
    expect([await again.add('key', 1), await again.inc('count')]).toEqual([false, 1])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

it('`NullCache`, `SimpleCache`, `FileSystemCache`: give nothing back from the one that keeps nothing, not even at once', async () => {
  const none = createS3Cache({ store: nullStore(), prefix: 'null/', logger: silent })
  expect([await none.remember('key', () => 1), await none.remember('key', () => 2)]).toEqual([1, 2])
})

it('`CACHE_S3_ENDPOINT_URL`, `purge_expired_on_read`, lifecycle doc: deletes what a read finds expired, behind the answer', async () => {
  const open = async (options: Record<string, string>): Promise<{ left: () => Promise<string[]> }> => {
    const prefix = newPrefix(s3)
    const cache = openDataCache({ logger: silent }, { ...environment(prefix), ...options })
    await cache.set('expired', 1, { ttl: '40ms' })
    await cache.set('kept', 1)
    await pastTtl()
    expect(await cache.get('expired')).toBeUndefined()
    expect(await cache.get('kept')).toBe(1)
    return { left: () => objectNames(s3, prefix) }
  }
  const purging = await open({ CACHE_OPTIONS: '{"purge_expired_on_read": true}' })
  await vi.waitFor(async () => expect(await purging.left()).toEqual(['v1/entries/~shared/data/kept']))
  // The variable of this package wins over the one of the seed library.
  const switchedOn = await open({
    CACHE_OPTIONS: '{"purge_expired_on_read": false}',
    CACHE_PURGE_EXPIRED_ON_READ: 'true',
  })
  await vi.waitFor(async () => expect(await switchedOn.left()).toHaveLength(1))
  const switchedOff = await open({
    CACHE_OPTIONS: '{"purge_expired_on_read": true}',
    CACHE_PURGE_EXPIRED_ON_READ: '0',
  })
  const byDefault = await open({})
  await pastTtl()
  expect([(await switchedOff.left()).length, (await byDefault.left()).length]).toEqual([2, 2])
})

it('`CACHE_S3_ENDPOINT_URL`, `purge_expired_on_read`, lifecycle doc: deletes all that has expired by `prune`, as a lifecycle rule would', async () => {
  const { cache, other, prefix } = openCaches(s3)
  await cache.setMany([
    ['a', 1, { ttl: '40ms' }],
    ['b', 2, { ttl: '40ms', swr: '1h' }],
    ['c', 3, { ttl: null }],
    ['d', 'text', { ttl: '40ms' }],
  ])
  await pastTtl()
  expect(await other.prune()).toEqual({ scanned: 4, deleted: 2 })
  expect(await objectNames(s3, prefix)).toEqual(['v1/entries/~shared/data/b', 'v1/entries/~shared/data/c'])
})
