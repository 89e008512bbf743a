import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { beforeEach, describe, expect, it } from 'vitest'
import { createClient, credentials, s3Error, startServer } from './server.ts'

const Bucket = 'bucket'
const user = { accessKeyId: 'user', secretAccessKey: 'user-secret' } as const
const server = await startServer()
const owner = createClient(server)
const client = createClient(server, { credentials: user })
const denied = s3Error('AccessDenied', 403)

const accept = (...Statement: object[]): void =>
  server.credentials.accept([credentials, { ...user, policy: JSON.stringify({ Version: '2012-10-17', Statement }) }])
const allow = (Action: string | string[], resource: string, more = {}): object => ({
  Effect: 'Allow',
  Action,
  Resource: `arn:aws:s3:::${resource}`,
  ...more,
})
const get = (Key: string): Promise<unknown> => client.send(new GetObjectCommand({ Bucket, Key }))
const put = (Key: string): Promise<unknown> => client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
const list = (Prefix?: string): Promise<unknown> => client.send(new ListObjectsV2Command({ Bucket, Prefix }))

beforeEach(async () => {
  await server.import(Bucket, [{ key: 'a/x' }, { key: 'b/x' }])
})

describe('a user with a policy', () => {
  it('may do what it allows, where it allows it, and nothing else', async () => {
    accept(allow(['s3:GetObject', 's3:DeleteObject'], 'bucket/a/*'))
    await get('a/x')
    await expect(get('b/x')).rejects.toMatchObject(denied)
    await expect(put('a/y')).rejects.toMatchObject(denied)
    await expect(list('a/')).rejects.toMatchObject(denied)
    await expect(client.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({
      $metadata: denied['$metadata'],
    })
    await expect(client.send(new ListBucketsCommand({}))).rejects.toMatchObject(denied)
    const Delete = { Objects: [{ Key: 'a/x' }, { Key: 'b/x' }] }
    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete }))
    expect([Deleted?.map(({ Key }) => Key), Errors?.map(({ Key, Code }) => [Key, Code])]).toEqual([
      ['a/x'],
      [['b/x', 'AccessDenied']],
    ])
    await owner.send(new GetObjectCommand({ Bucket, Key: 'b/x' }))
  })

  it('may list by a prefix only where a condition says so, and is told nothing of what is missing', async () => {
    accept(
      allow('s3:GetObject', 'bucket/*'),
      allow('s3:ListBucket', 'bucket', { Condition: { StringLike: { 's3:prefix': 'a/*' } } }),
    )
    await list('a/')
    await list('a/x')
    await expect(list('b/')).rejects.toMatchObject(denied)
    await expect(list()).rejects.toMatchObject(denied)
    // A GET names no prefix, so that the condition is not met.
    await expect(get('a/missing')).rejects.toMatchObject(denied)
    accept(allow('s3:GetObject', 'bucket/*'), allow('s3:ListBucket', 'bucket'))
    await expect(get('a/missing')).rejects.toMatchObject(s3Error('NoSuchKey', 404))
  })

  it("is bound by the bucket's policy too, and by its own denials", async () => {
    accept(allow('s3:*', '*'), { ...allow('s3:GetObject', 'bucket/b/*'), Effect: 'Deny' })
    await expect(get('b/x')).rejects.toMatchObject(denied)
    await get('a/x')
    const Statement = { ...allow('s3:GetObject', 'bucket/a/*'), Effect: 'Deny', Principal: '*' }
    await owner.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement }) }))
    await expect(get('a/x')).rejects.toMatchObject(denied)
  })

  it('gives its presigned URLs no more than it may do', async () => {
    accept(allow('s3:PutObject', 'bucket/*'))
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'b/x' }))
    expect((await fetch(url)).status).toBe(403)
  })

  it('cannot be one that names a principal', () => {
    expect(() => accept(allow('s3:*', '*', { Principal: '*' }))).toThrow('should not specify a principal')
  })
})
