import { createHash } from 'node:crypto'
import {
  GetObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  type _Object,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createS3Cache, type S3Cache } from '../../src/cache.ts'
import { localS3, openS3Endpoint, type S3Endpoint } from '../s3-endpoint.ts'
import { pastTtl, silent } from './flask-caches.ts'

type Put = Pick<PutObjectCommandInput, 'Key' | 'Body' | 'Metadata' | 'ContentType'> & { readonly Key: string }

let s3: S3Endpoint
let client: S3Client
beforeAll(async () => {
  s3 = await openS3Endpoint('flask-neighbours')
  const { endpoint, region } = s3
  client = new S3Client({ endpoint, region, forcePathStyle: true })
})
afterAll(async () => {
  client.destroy()
  await s3.close()
})

/** As flask-caching-s3 stores them, beside others that begin as the data cache's objects do, up to a point. */
const FOREIGN: readonly Put[] = [
  { Key: 'cache_view//index', Body: '<h1>Hello</h1>', Metadata: { expires: '1700000000.5', 'expires-at': '1' } },
  { Key: 'cache_view//posts?page=2', Body: '<h1>Posts</h1>', Metadata: { 'expires-at': '1700000000000' } },
  {
    Key: 'cache_flask_cache.memoize/f',
    Body: '\u0080\u0004',
    Metadata: { expires: 'never' },
    ContentType: 'text/plain',
  },
  { Key: 'cache_key', Body: 'of the same name', Metadata: { 'expires-at': '0' } },
  { Key: 'cache_', Body: 'the prefix itself' },
  { Key: 'cache_v1', Body: 'no folder' },
  { Key: 'cache_v10/y', Body: 'v10' },
  { Key: 'cache_v1-entries/~shared/data/key', Body: 'v1-' },
  { Key: 'cache_2v1/x', Body: '2v1', Metadata: { 'expires-at': '1' } },
  { Key: 'cache_2v1/entries/~shared/data/key', Body: 'of the prefix cache_2' },
  { Key: 'cache', Body: 'shorter' },
  { Key: 'v1/entries/~shared/data/key', Body: 'of the empty prefix', Metadata: { 'expires-at': '1' } },
]

async function putForeign(folder: string): Promise<void> {
  for (const { Key, ...object } of FOREIGN) {
    await client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: folder + Key, ...object }))
  }
}

/** All that is under the folder and none of the data cache's: every object with its listing, metadata and bytes, hashed. */
async function foreign(folder: string): Promise<{ readonly keys: string[]; readonly hash: string }> {
  const { bucket: Bucket } = s3
  const neighbours: _Object[] = []
  for await (const { Contents: listed = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: folder })) {
    neighbours.push(...listed.filter(({ Key = '' }) => !Key.startsWith(`${folder}cache_v1/`)))
  }
  const hash = createHash('sha256')
  for (const { Key, ETag, LastModified, Size } of neighbours) {
    const { Body, Metadata, ContentType } = await client.send(new GetObjectCommand({ Bucket, Key }))
    hash.update(JSON.stringify([Key, ETag, LastModified, Size, Metadata, ContentType]))
    hash.update((await Body?.transformToByteArray()) ?? '')
  }
  return { keys: neighbours.map(({ Key = '' }) => Key.slice(folder.length)), hash: hash.digest('hex') }
}

function openIn(folder: string): S3Cache {
  const { bucket, endpoint, region } = s3
  return createS3Cache({ bucket, endpoint, region, prefix: `${folder}cache_`, logger: silent, memoryCheckMs: 0 })
}

it('leaves the objects of the seed library as they are, whatever is cleared, pruned or deleted under the same prefix', async () => {
  const folder = `${s3.prefix}foreign/`
  await putForeign(folder)
  const cache = openIn(folder)
  const before = await foreign(folder)
  expect(before.keys.toSorted()).toEqual(FOREIGN.map(({ Key }) => Key).toSorted())
  const names = ['key', 'view//index', '2v1/x', '', '/', '../key', 'cache_']
  const fill = async (): Promise<void> => {
    const options = { ttl: '40ms', tags: ['t'] } as const
    expect(await cache.setMany(names.map((name) => [name, 'ours', options] as const))).toEqual(names)
  }

  await fill()
  expect(await cache.deleteMany([...names, ...FOREIGN.map(({ Key }) => Key)])).toHaveLength(
    names.length + FOREIGN.length,
  )
  expect(await foreign(folder)).toEqual(before)
  await fill()
  await pastTtl()
  expect(await cache.prune()).toEqual({ scanned: names.length, deleted: names.length })
  expect(await foreign(folder)).toEqual(before)
  await fill()
  expect((await cache.clear({ prefix: 'view/' })).deleted).toBe(1)
  expect(await foreign(folder)).toEqual(before)
  expect((await cache.clear()).deleted).toBe(names.length - 1)
  expect(await cache.keys()).toEqual({ keys: [] })
  expect(await foreign(folder)).toEqual(before)
})

it('reads none of them, nor lists them', async () => {
  const folder = `${s3.prefix}unread/`
  await putForeign(folder)
  const cache = openIn(folder)
  expect(await cache.getMany(['key', 'view//index', 'flask_cache.memoize/f'])).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  expect(await cache.keys()).toEqual({ keys: [] })
  expect(await cache.add('key', 'ours')).toBe(true)
  const before = await foreign(folder)
  expect(await cache.inc('view//index')).toBe(1)
  expect(await foreign(folder)).toEqual(before)
})

const MANY = Array.from({ length: 2500 }, (_, index) => `post:${String(index).padStart(4, '0')}`)
/** A busy machine takes its time for as many requests. */
const LONG_MS = 60_000
const NEAR = ['post', 'post;', 'posts', 'pos', 'user:1', 'Post:1']

it(
  'clears 2,500 keys and leaves those beside them, of its own and of others',
  async () => {
    const folder = `${s3.prefix}many/`
    const cache = openIn(folder)
    await putForeign(folder)
    await cache.setMany([...NEAR, ...MANY].map((key) => [key, key] as const))
    const before = await foreign(folder)
    expect(before.keys).toHaveLength(FOREIGN.length)
    expect(await cache.clear({ prefix: 'post:' })).toEqual({ deleted: 2500 })
    expect(new Set((await cache.keys()).keys.map(({ key }) => key))).toEqual(new Set(NEAR))
    expect(await cache.getMany(NEAR)).toEqual(NEAR)
    expect(await foreign(folder)).toEqual(before)
  },
  LONG_MS,
)

it(
  'clears 2,500 keys by three listings and three deletions, without reading one',
  async (context) => {
    const { requests } = localS3(context, s3, 'request counter')
    const folder = `${s3.prefix}counted/`
    const cache = openIn(folder)
    await cache.setMany([...NEAR, ...MANY].map((key) => [key, key] as const))
    const entries = `${folder}cache_v1/entries/`
    // So that a counter that counts nothing is no proof.
    expect(requests.count({ operation: 'PutObject', keyPrefix: entries })).toBe(2506)
    requests.clear()
    expect(await cache.clear({ prefix: 'post:' })).toEqual({ deleted: 2500 })
    expect(requests.count({ operation: 'ListObjectsV2', keyPrefix: entries })).toBe(3)
    // These have no key of their own: they are all there were.
    expect(requests.count({ operation: 'DeleteObjects' })).toBe(3)
    expect(requests.count({ keyPrefix: entries })).toBe(3)
  },
  LONG_MS,
)
