import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { startLocalS3 } from 'local-s3'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createS3Cache, type S3Cache } from '../src/cache.ts'
import { createExplorer } from '../src/explorer.ts'
import { main } from '../src/lib/cli/main.ts'
import { openBucketSettings } from '../src/lib/object-store/bucket-settings.ts'
import { policyFor, type PolicyReader, type PolicyStatement } from '../src/lib/policy/policy.ts'
import { Visitor } from './explorer/explorer-bench.ts'
import { forgetCaches } from './forget-caches.ts'

const bucket = 'bucket'
const user = { accessKeyId: 'user', secretAccessKey: 'user-secret' } as const
const server = await startLocalS3({ buckets: [bucket, 'other'] })
afterAll(() => server.close())
vi.stubEnv('AWS_ACCESS_KEY_ID', user.accessKeyId)
vi.stubEnv('AWS_SECRET_ACCESS_KEY', user.secretAccessKey)
const logger = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() }

const statements = (prefix: string, reader: PolicyReader = 'app', expiryTags = false): readonly PolicyStatement[] =>
  policyFor({ bucket, prefix, expiryTags }, reader).Statement
const grant = (prefix: string, Statement: readonly object[] = statements(prefix)): void =>
  server.credentials.accept([{ ...user, policy: JSON.stringify({ Version: '2012-10-17', Statement }) }])

let folders = 0
let prefix = ''
beforeEach(() => {
  for (const spy of Object.values(logger)) spy.mockClear()
  // Characters that mean something in a policy.
  prefix = `p*?$${++folders}/`
  grant(prefix)
})

/** As an instance of a fleet: with a memory and a view of the tags of its own. */
function open(expiryTags = false): S3Cache {
  forgetCaches()
  return createS3Cache({
    expiryTags,
    bucket,
    prefix,
    endpoint: server.url,
    region: 'us-east-1',
    tagRefreshMs: 0,
    memoryCheckMs: 0,
    logger,
  })
}

// A GET names no prefix, so that S3 answers 403 for a missing object where the permission to list is for a prefix.
describe('a role that may list its prefix only', () => {
  it('sees what other instances invalidate, in a bucket that was never written to, and reads no error in its log', async () => {
    const [a, b] = [open(), open()]
    await a.ping()
    expect(await b.get('k')).toBeUndefined()
    await a.set('k', 1, { tags: ['t'] })
    expect(await b.get('k')).toBe(1)
    await a.revalidateTag('t')
    expect(await b.get('k')).toBeUndefined()
    await b.set('k', 2, { tags: ['t'] })
    await b.revalidateTag('t')
    expect([await a.get('k'), await b.get('k')]).toEqual([undefined, undefined])
    expect([logger.error.mock.calls, logger.warn.mock.calls]).toEqual([[], []])
  })

  it('may do all that the data cache offers', async () => {
    const cache = open()
    expect(await cache.add('k', 1)).toBe(true)
    expect(await cache.add('k', 2)).toBe(false)
    expect(await cache.inc('n')).toBe(1)
    expect(await cache.remember('r', () => 'made', { lock: true })).toBe('made')
    await cache.setMany([
      ['m:1', 1],
      ['m:2', 2],
    ])
    expect((await cache.keys({ prefix: 'm:' })).keys.map(({ key }) => key)).toEqual(['m:1', 'm:2'])
    expect(await cache.clear({ prefix: 'm:' })).toEqual({ deleted: 2 })
    await cache.prune()
    expect(await cache.delete('k')).toBe(true)
    expect([logger.error.mock.calls, logger.warn.mock.calls]).toEqual([[], []])
  })

  it('is told so where it may not list', async () => {
    grant(prefix, statements(prefix).slice(0, 1))
    const cache = open()
    await expect(cache.ping()).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_DENIED' })
    await expect(cache.revalidateTag('t')).rejects.toMatchObject({ code: 'ERR_NOT_INVALIDATED' })
  })

  it('is told so where it may not read', async () => {
    const writer = open()
    await writer.revalidateTag('t')
    grant(prefix, [{ ...statements(prefix)[0], Action: ['s3:PutObject'] }, ...statements(prefix).slice(1)])
    const reader = open()
    await expect(reader.ping()).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_DENIED' })
    await expect(reader.revalidateTag('t')).rejects.toMatchObject({ code: 'ERR_NOT_INVALIDATED' })
  })
})

/** What `s3-cache` ends with, and complains of. */
async function command(...args: string[]): Promise<[code: number, err: string]> {
  forgetCaches()
  let err = ''
  const code = await main(args, {
    env: { CACHE_S3_BUCKET: bucket, CACHE_S3_ENDPOINT_URL: server.url, CACHE_KEY_PREFIX: prefix },
    write: () => {},
    complain: (line) => void (err += `${line}\n`),
    confirm: undefined,
    progress: undefined,
  })
  return [code, err]
}

describe('the commands', () => {
  it.each([
    ['ls', '--long'],
    ['get', '--key', 'k'],
    ['tags'],
    ['revalidate', '--tag', 't'],
    ['prune', '--invalidated', '--yes'],
    ['gc', '--yes'],
    ['stats'],
    ['clear', '--all', '--yes'],
  ])('work under the policy of the app: %s %s', async (...args) => {
    await open().set('k', 'text', { tags: ['t'], ttl: '1d' })
    expect(await command(...args)).toEqual([0, ''])
  })

  it('and the explorer shows and does all under it', async () => {
    const cache = open()
    await cache.set('k', 'text', { tags: ['t'], ttl: '1d' })
    const visitor = new Visitor(createExplorer({ authorize: () => true, cache }))
    for (const view of ['entries', 'tags', 'instance']) expect((await visitor.show(view)).status).toBe(200)
    expect((await visitor.show('tag', { tag: 't' })).status).toBe(200)
    expect((await visitor.show('entries', { tag: 't' })).text).toContain('fresh')
    const object = '~shared/data/k'
    expect((await visitor.show('entry', { object })).text).toContain('text')
    expect((await visitor.confirm({ do: 'revalidate', tag: 't', mode: 'soft' })).text).toContain('Revalidated')
    expect((await visitor.confirm({ do: 'delete', object })).text).toContain('Deleted k.')
    expect((await visitor.confirm({ do: 'clear', all: 'yes' })).text).toContain('Deleted 0 entries.')
    expect([logger.error.mock.calls, logger.warn.mock.calls]).toEqual([[], []])
    // What is missing looks denied: a listing tells.
    expect((await visitor.show('entry', { object })).status).toBe(404)
  })

  it('that change the bucket need that of an operator', async () => {
    const args = ['lifecycle', 'apply', '--max-age', '30', '--yes']
    expect(await command(...args)).toEqual([1, expect.stringContaining('AccessDenied')])
    grant(prefix, statements(prefix, 'operator'))
    expect(await command(...args)).toEqual([0, ''])
    expect(await command('lifecycle', 'remove', '--yes')).toEqual([0, ''])
  })
})

describe('the policy allows nothing but that:', () => {
  const client = new S3Client({
    endpoint: server.url,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: user,
  })
  const Key = 'outside'
  const Body = 'x'
  const ours = (): string => `${prefix}v1/entries/~shared/data/x`
  const policy = JSON.stringify({ Statement: [] })
  const Rules = [{ Status: 'Enabled' as const, Filter: { Prefix: '' }, Expiration: { Days: 1 } }]
  const denied: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['reads of what is not below the prefix', () => client.send(new GetObjectCommand({ Bucket: bucket, Key }))],
    ['heads of it', () => client.send(new HeadObjectCommand({ Bucket: bucket, Key }))],
    ['writes of it', () => client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))],
    ['deletions of it', () => client.send(new DeleteObjectCommand({ Bucket: bucket, Key }))],
    ['uploads of it in parts', () => client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }))],
    [
      'copies of it to below the prefix',
      () => client.send(new CopyObjectCommand({ Bucket: bucket, Key: ours(), CopySource: `${bucket}/${Key}` })),
    ],
    [
      'what Flask has under the same prefix',
      () => client.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefix}k` })),
    ],
    ['listings of the whole bucket', () => client.send(new ListObjectsV2Command({ Bucket: bucket }))],
    ['listings of another prefix', () => client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'q' }))],
    ['listings of the prefix of all', () => client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }))],
    ['listings of all buckets', () => client.send(new ListBucketsCommand({}))],
    ['another bucket', () => client.send(new PutObjectCommand({ Bucket: 'other', Key: ours(), Body }))],
    ['new buckets', () => client.send(new CreateBucketCommand({ Bucket: 'new-bucket' }))],
    ['the end of the bucket', () => client.send(new DeleteBucketCommand({ Bucket: bucket }))],
    ['its policy', () => client.send(new GetBucketPolicyCommand({ Bucket: bucket }))],
    ['a new policy', () => client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: policy }))],
    ['its rules', () => client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }))],
    [
      'new rules',
      () =>
        client.send(new PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration: { Rules } })),
    ],
    ['tags of objects', () => client.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: ours() }))],
    [
      'new tags of objects',
      () => client.send(new PutObjectTaggingCommand({ Bucket: bucket, Key: ours(), Tagging: { TagSet: [] } })),
    ],
  ]

  it.each(denied)('not %s', async (_what, send) => {
    await server.import(
      bucket,
      [Key, `${prefix}k`, ours()].map((key) => ({ key, body: Body })),
    )
    await expect(send()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } })
  })

  const tagOf = async (cache: S3Cache): Promise<unknown> => {
    await cache.set('tagged', 'x', { ttl: '1h' })
    const { objects } = server.bucket(bucket) ?? expect.fail('no bucket')
    return objects.get(`${prefix}v1/entries/~shared/data/tagged`)?.tags
  }
  /** What each action is for, and what becomes of it without. */
  const needs: readonly (readonly [action: string, what: string, works: (cache: S3Cache) => Promise<unknown>])[] = [
    ['s3:GetObject', 'reads', async (cache) => (await cache.set('k', 1)) && (await open().get('k')) === 1],
    ['s3:PutObject', 'writes', async (cache) => await cache.set('k', 1)],
    ['s3:DeleteObject', 'deletions', async (cache) => await cache.delete('k')],
    ['s3:ListBucket', 'other instances’ invalidations', async (cache) => (await cache.revalidateTag('t')) ?? true],
    ['s3:PutObjectTagging', 'tags for lifecycle rules', async (cache) => (await tagOf(cache)) !== undefined],
  ]

  it.each(needs)('%s, without which there are no %s', async (action, _what, works) => {
    const all = statements(prefix, 'app', true)
    grant(prefix, all)
    expect(await works(open(true))).toBe(true)
    grant(
      prefix,
      all
        .map((one) => ({ ...one, Action: one.Action.filter((each) => each !== action) }))
        .filter(({ Action }) => Action.length > 0),
    )
    expect(await works(open(true)).catch(() => false)).not.toBe(true)
  })

  const settings = openBucketSettings({ bucket, endpoint: server.url, region: 'us-east-1', forcePathStyle: true })
  const planned = (...args: string[]): Promise<boolean> => command('lifecycle', ...args).then(([code]) => code === 0)
  /** The same of what an operator may do besides. */
  const operatorNeeds: readonly (readonly [action: string, what: string, works: () => Promise<unknown>])[] = [
    ['s3:GetLifecycleConfiguration', 'plans of rules', () => planned('plan', '--max-age', '30')],
    ['s3:PutLifecycleConfiguration', 'new rules', () => planned('apply', '--max-age', '30', '--yes')],
    ['s3:GetBucketLocation', 'regions', () => settings.location()],
    ['s3:GetBucketVersioning', 'versions', () => settings.keepsVersions()],
    ['s3:GetBucketPublicAccessBlock', 'blocks of public access', () => settings.publicAccessBlock()],
    ['s3:GetBucketPolicyStatus', 'public policies', () => settings.isPublic()],
    ['s3:GetEncryptionConfiguration', 'ways of encryption', () => settings.encryption()],
  ]

  it.each(operatorNeeds)('%s, without which an operator sees no %s', async (action, _what, works) => {
    const isDenied = async (): Promise<boolean> =>
      await works().then(
        (result) => result === false,
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'ERR_OBJECT_STORE_DENIED' })
          return true
        },
      )
    const all = statements(prefix, 'operator')
    const without = all.map((one) => ({ ...one, Action: one.Action.filter((each) => each !== action) }))
    grant(prefix, without)
    expect(await isDenied()).toBe(true)
    grant(prefix, all)
    expect(await works()).not.toBeUndefined()
  })

  it('nothing of which no test says what it is for', () => {
    const actionsOf = (reader: PolicyReader): string[] =>
      statements(prefix, reader, true).flatMap(({ Action }) => Action)
    const named = needs.map(([action]) => action)
    expect(new Set(named)).toEqual(new Set(actionsOf('app')))
    expect(new Set([...named, ...operatorNeeds.map(([action]) => action)])).toEqual(new Set(actionsOf('operator')))
  })
})
