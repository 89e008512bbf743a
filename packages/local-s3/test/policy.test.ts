import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { beforeEach, describe, expect, it } from 'vitest'
import { createClient, s3Error, startServer } from './server.ts'

const Bucket = 'bucket'
const server = await startServer({ buckets: [Bucket, 'other'] })
const client = createClient(server)
const denied = s3Error('AccessDenied', 403)

type Statement = readonly [effect: 'Allow' | 'Deny', action: string, resource: string]
const allow = (...statements: readonly Statement[]): Promise<unknown> => {
  const Statement = statements.map(([Effect, Action, resource]) => ({
    Effect,
    Action,
    Principal: '*',
    Resource: `arn:aws:s3:::${resource}`,
  }))
  return client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement }) }))
}
const put = (Key: string, more = {}): Promise<unknown> =>
  client.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...more }))
const text = (Key: string): Promise<string | undefined> =>
  client.send(new GetObjectCommand({ Bucket, Key })).then(({ Body }) => Body?.transformToString())

/** A request without a signature. */
const anonymous = async (method: string, path: string, headers = {}, body?: string): Promise<[number, string]> => {
  const response = await fetch(`${server.url}/${path}`, { method, headers, ...(body !== undefined && { body }) })
  return [response.status, await response.text()]
}
const refusal = [403, expect.stringContaining('<Code>AccessDenied</Code>')]

describe('the source of a copy', () => {
  const source = { 'x-amz-copy-source': `${Bucket}/private/x` }
  const copy = (Key: string, CopySource: string): Promise<unknown> =>
    client.send(new CopyObjectCommand({ Bucket, Key, CopySource }))
  const copyPart = async (CopySource: string): Promise<unknown> => {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'open/parts' }))
    const named = { Bucket, Key: 'open/parts', UploadId }
    return client.send(new UploadPartCopyCommand({ ...named, PartNumber: 1, CopySource }))
  }
  beforeEach(async () => {
    await put('private/x')
    await put('public/x')
  })

  it('is refused to its owner where the policy denies reading it', async () => {
    await allow(['Deny', 's3:GetObject', 'bucket/private/*'])
    await expect(copy('open/x', `${Bucket}/private/x`)).rejects.toMatchObject(denied)
    await expect(copyPart(`${Bucket}/private/x`)).rejects.toMatchObject(denied)
    await expect(copy('open/x', `${Bucket}/public/x`)).resolves.toBeDefined()
    await expect(copyPart(`${Bucket}/public/x`)).resolves.toBeDefined()
  })

  it('is refused to whoever may write the copy and not read the source', async () => {
    await allow(['Allow', 's3:PutObject', 'bucket/open/*'], ['Allow', 's3:GetObject', 'bucket/public/*'])
    expect(await anonymous('PUT', 'bucket/open/y', source)).toEqual(refusal)
    await expect(text('open/y')).rejects.toMatchObject(s3Error('NoSuchKey', 404))
    const readable = { 'x-amz-copy-source': `${Bucket}/public/x` }
    expect(await anonymous('PUT', 'bucket/open/y', readable)).toEqual([200, expect.any(String)])
    expect(await text('open/y')).toBe('public/x')
  })

  it('is refused for a part as well', async () => {
    await allow(['Allow', 's3:PutObject', 'bucket/open/*'], ['Allow', 's3:GetObject', 'bucket/public/*'])
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'open/z' }))
    const path = `bucket/open/z?partNumber=1&uploadId=${UploadId}`
    expect(await anonymous('PUT', path, source)).toEqual(refusal)
    const readable = { 'x-amz-copy-source': `${Bucket}/public/x` }
    expect(await anonymous('PUT', path, readable)).toEqual([200, expect.stringContaining('<CopyPartResult')])
  })

  it('is judged by the policy of its own bucket', async () => {
    await allow(['Allow', 's3:*', 'bucket/*'], ['Allow', 's3:*', 'other/*'])
    await client.send(new PutObjectCommand({ Bucket: 'other', Key: 'x', Body: 'x' }))
    expect(await anonymous('PUT', 'bucket/open/y', { 'x-amz-copy-source': 'other/x' })).toEqual(refusal)
  })
})

describe('each key of a DeleteObjects', () => {
  const keys = ['open/a', 'shut/a', 'open/b']
  const list = keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')
  const removeAll = (): Promise<[number, string]> =>
    anonymous('POST', `${Bucket}?delete`, {}, `<Delete>${list}</Delete>`)
  beforeEach(async () => {
    await client.send(new DeleteBucketPolicyCommand({ Bucket }))
    for (const key of keys) await put(key)
  })

  it('is judged by itself, whoever asks', async () => {
    await allow(['Deny', 's3:DeleteObject', 'bucket/shut/*'])
    const Objects = keys.map((Key) => ({ Key }))
    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    expect(Deleted).toEqual([{ Key: 'open/a' }, { Key: 'open/b' }])
    expect(Errors).toEqual([{ Key: 'shut/a', Code: 'AccessDenied', Message: 'Access Denied' }])
    expect(await text('shut/a')).toBe('shut/a')
  })

  it('is deleted without a signature where the policy allows it', async () => {
    await allow(['Allow', 's3:DeleteObject', 'bucket/open/*'])
    const [status, result] = await removeAll()
    expect(status).toBe(200)
    expect(result.match(/<Deleted><Key>[^<]*/g)).toEqual(['<Deleted><Key>open/a', '<Deleted><Key>open/b'])
    expect(result).toContain('<Error><Key>shut/a</Key><Code>AccessDenied</Code>')
    expect(await text('shut/a')).toBe('shut/a')
    await expect(text('open/a')).rejects.toMatchObject(s3Error('NoSuchKey', 404))
  })

  it('is refused without a signature where there is no policy', async () => {
    const [, result] = await removeAll()
    expect(result.match(/<Code>AccessDenied<\/Code>/g)).toHaveLength(3)
    for (const key of keys) expect(await text(key)).toBe(key)
  })
})

describe('tags that come with a write', () => {
  const tagging = { 'x-amz-tagging': 'a=1' }
  const copyOf = (key: string): object => ({ 'x-amz-copy-source': `${Bucket}/${key}` })
  const tagsOf = (key: string): unknown => server.bucket(Bucket)?.objects.get(key)?.tags

  it('need the permission to set tags', async () => {
    await put('x')
    await allow(['Allow', 's3:PutObject', 'bucket/*'], ['Allow', 's3:GetObject', 'bucket/*'])
    const replaced = { ...copyOf('x'), ...tagging, 'x-amz-tagging-directive': 'REPLACE' }
    expect(await anonymous('PUT', 'bucket/t1', {}, 'x')).toEqual([200, ''])
    expect(await anonymous('PUT', 'bucket/t1', tagging, 'x')).toEqual(refusal)
    expect(await anonymous('PUT', 'bucket/t1', replaced)).toEqual(refusal)
    expect(await anonymous('POST', 'bucket/t1?uploads', tagging, '')).toEqual(refusal)
    expect(tagsOf('t1')).toBeUndefined()
    await allow(['Allow', 's3:PutObject*', 'bucket/*'], ['Allow', 's3:GetObject', 'bucket/*'])
    expect(await anonymous('PUT', 'bucket/t1', tagging, 'x')).toEqual([200, ''])
    expect(await anonymous('PUT', 'bucket/t2', replaced)).toEqual([200, expect.any(String)])
    expect([tagsOf('t1'), tagsOf('t2')]).toEqual([{ a: '1' }, { a: '1' }])
  })

  it('need the permission to read them where they are copied', async () => {
    await put('tagged', { Tagging: 'a=1' })
    await allow(['Allow', 's3:PutObject*', 'bucket/*'], ['Allow', 's3:GetObject', 'bucket/*'])
    expect(await anonymous('PUT', 'bucket/t3', copyOf('tagged'))).toEqual(refusal)
    await allow(['Allow', 's3:PutObject*', 'bucket/*'], ['Allow', 's3:GetObject*', 'bucket/*'])
    expect(await anonymous('PUT', 'bucket/t3', copyOf('tagged'))).toEqual([200, expect.any(String)])
    expect(tagsOf('t3')).toEqual({ a: '1' })
  })
})

describe('a missing object', () => {
  const copyOfMissing = { 'x-amz-copy-source': `${Bucket}/missing` }

  it('is not told from a denied one to whoever may not list', async () => {
    await allow(['Allow', 's3:*Object', 'bucket/*'])
    expect(await anonymous('GET', 'bucket/missing')).toEqual(refusal)
    expect(await anonymous('HEAD', 'bucket/missing')).toEqual([403, ''])
    expect(await anonymous('PUT', 'bucket/copy', copyOfMissing)).toEqual(refusal)
  })

  it('is told to whoever may list', async () => {
    await allow(['Allow', 's3:*Object', 'bucket/*'], ['Allow', 's3:ListBucket', 'bucket'])
    const missing = [404, expect.stringContaining('<Code>NoSuchKey</Code>')]
    expect(await anonymous('GET', 'bucket/missing')).toEqual(missing)
    expect(await anonymous('HEAD', 'bucket/missing')).toEqual([404, ''])
    expect(await anonymous('PUT', 'bucket/copy', copyOfMissing)).toEqual(missing)
  })

  it('is not told to an owner who is denied listing', async () => {
    await allow(['Deny', 's3:ListBucket', 'bucket'])
    await expect(text('missing')).rejects.toMatchObject(denied)
  })
})
