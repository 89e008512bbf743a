import { createHash, randomBytes } from 'node:crypto'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandOutput,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { send, sign } from './raw-http.ts'
import { createClient, s3Error, startServer } from './server.ts'

const server = await startServer()
const client = createClient(server)
const Bucket = 'bucket'

const put = (Key: string, Body: string | Uint8Array, more: object = {}): Promise<PutObjectCommandOutput> =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))
const textOf = async (Key: string): Promise<string | undefined> =>
  (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()

describe('objects', () => {
  it('returns the bytes, the MD5 as ETag and a modification time of whole seconds', async () => {
    const Body = randomBytes(70_000)
    const { ETag } = await put('binary', Body)
    expect(ETag).toBe(`"${createHash('md5').update(Body).digest('hex')}"`)
    const found = await client.send(new GetObjectCommand({ Bucket, Key: 'binary' }))
    expect(Buffer.from((await found.Body?.transformToByteArray()) ?? []).equals(Body)).toBe(true)
    expect(found).toMatchObject({ ETag, ContentLength: 70_000 })
    const age = Date.now() - Number(found.LastModified)
    expect(age).toBeGreaterThanOrEqual(0)
    expect(age).toBeLessThan(10_000)
  })

  it('stores an empty object', async () => {
    await put('empty', '')
    const found = await client.send(new GetObjectCommand({ Bucket, Key: 'empty' }))
    expect([found.ContentLength, await found.Body?.transformToString()]).toEqual([0, ''])
  })

  it('returns metadata and standard headers on GET and HEAD', async () => {
    const headers = {
      Metadata: { foo: 'bar', 'a-b': 'c, d;e=f' },
      ContentType: 'text/x-foo',
      ContentEncoding: 'gzip',
      ContentLanguage: 'en',
      ContentDisposition: 'inline; filename="a b"',
      CacheControl: 'public, max-age=60',
      ServerSideEncryption: 'AES256' as const,
      StorageClass: 'STANDARD_IA' as const,
    }
    await put('headers', 'x', { ...headers, Expires: new Date(1_893_456_000_000) })
    const get = await client.send(new GetObjectCommand({ Bucket, Key: 'headers' }))
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'headers' }))
    const expected = { ...headers, ExpiresString: 'Tue, 01 Jan 2030 00:00:00 GMT', ContentLength: 1 }
    expect(get).toMatchObject(expected)
    expect(head).toMatchObject(expected)
  })

  it('drops the old metadata when an object is replaced', async () => {
    await put('replaced', '1', { Metadata: { a: '1' }, CacheControl: 'no-store' })
    await put('replaced', '2')
    const found = await client.send(new GetObjectCommand({ Bucket, Key: 'replaced' }))
    expect([found.Metadata, found.CacheControl, await found.Body?.transformToString()]).toEqual([{}, undefined, '2'])
  })

  it('answers NoSuchKey to a GET and a bare 404 to a HEAD of what is not there', async () => {
    const command = { Bucket, Key: 'missing' }
    await expect(client.send(new GetObjectCommand(command))).rejects.toMatchObject(s3Error('NoSuchKey', 404))
    await expect(client.send(new HeadObjectCommand(command))).rejects.toMatchObject(s3Error('NotFound', 404))
  })

  it('deletes an object, and says the same when there is none', async () => {
    await put('deleted', 'x')
    for (let i = 0; i < 2; i++) {
      const { $metadata } = await client.send(new DeleteObjectCommand({ Bucket, Key: 'deleted' }))
      expect($metadata.httpStatusCode).toBe(204)
    }
    await expect(textOf('deleted')).rejects.toMatchObject(s3Error('NoSuchKey', 404))
  })

  it('answers every request with a date and an id, the same as in the error', async () => {
    const answer = await send(server.url, sign(server.url, { path: '/bucket/missing%20%26' }))
    expect(answer.headers['x-amz-request-id']).toMatch(/^[\dA-F]{16}$/)
    expect(Date.parse(answer.headers.date ?? '')).not.toBeNaN()
    expect(answer.body).toContain(`<RequestId>${String(answer.headers['x-amz-request-id'])}</RequestId>`)
    expect(answer.body).toContain('<Resource>/bucket/missing%20%26</Resource>')
  })

  it('answers 501 to operations and headers that it does not implement', async () => {
    const operation = await send(server.url, sign(server.url, { path: '/bucket/key?versionId=1' }))
    expect([operation.status, operation.body]).toEqual([501, expect.stringContaining('<Code>NotImplemented</Code>')])
    await expect(put('kms', 'x', { ServerSideEncryption: 'aws:kms' })).rejects.toMatchObject(
      s3Error('NotImplemented', 501),
    )
  })
})

describe('keys', () => {
  // prettier-ignore
  const odd = [
    'a b', 'a+b', 'a%20b%2F%', 'ünï-日本', '😀', 'e\u0301', 'é', 'a/../b', '../a', './a', 'a//b', '/a', 'a/', '?a=b', '#f',
    '&<>"\'', 'a\\b', 'a:b|c*', 'a;b=c,d@e!$()', 'a\nb', 'a\r\nb\t', '.', '..', 'x'.repeat(1024), 'y/'.repeat(512),
  ]

  it('puts, gets, lists and deletes any key', async () => {
    for (const Key of odd) {
      await put(Key, `at ${Key}`)
      expect(await textOf(Key)).toBe(`at ${Key}`)
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: Key }))
      expect(Contents.map((object) => object.Key)).toContain(Key)
    }
    for (const Key of odd) {
      await client.send(new DeleteObjectCommand({ Bucket, Key }))
      await expect(textOf(Key)).rejects.toMatchObject(s3Error('NoSuchKey', 404))
    }
  })

  it('keeps a key apart from those that begin with it', async () => {
    await put('p', '1')
    await put('p/q', '2')
    await put('p/q/r', '3')
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'p' }))
    expect([await textOf('p/q'), await textOf('p/q/r')]).toEqual(['2', '3'])
  })

  it('refuses a key of more than 1,024 bytes, however few characters they are', async () => {
    await expect(put('x'.repeat(1025), 'x')).rejects.toMatchObject(s3Error('KeyTooLongError', 400))
    await expect(put('é'.repeat(513), 'x')).rejects.toMatchObject(s3Error('KeyTooLongError', 400))
  })

  it('refuses more than 2 KB of metadata and stores nothing', async () => {
    const tooMuch = put('metadata', 'x', { Metadata: { a: 'x'.repeat(2048) } })
    await expect(tooMuch).rejects.toMatchObject(s3Error('MetadataTooLarge', 400))
    await expect(textOf('metadata')).rejects.toMatchObject(s3Error('NoSuchKey', 404))
    await put('metadata', 'x', { Metadata: { a: 'x'.repeat(2047) } })
  })

  it('refuses a path that is not UTF-8', async () => {
    const answer = await send(server.url, { path: '/bucket/%ff' })
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('<Code>InvalidURI</Code>')])
  })
})
