import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { failure, md5, type Subject, times } from './subject.ts'

export function probeObjects(subject: () => Subject): void {
  const binary = randomBytes(65_536)

  it('create-bucket: a new bucket is there', async () => {
    const { client, bucket: Bucket } = subject()
    expect(await client.send(new HeadBucketCommand({ Bucket }))).toMatchObject({ $metadata: { httpStatusCode: 200 } })
  })

  it('bucket-errors: a bucket that is not there is told from a key that is not', async () => {
    const { client, bucket } = subject()
    const Bucket = `${bucket}-none`
    expect(await failure(client.send(new HeadBucketCommand({ Bucket })))).toMatch(/^404/)
    expect(await failure(client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' })))).toBe('404 NoSuchBucket')
  })

  it('put-get-binary+meta: bytes, metadata and media type come back', async () => {
    const Metadata = { foo: 'bar', 'a-b': 'c, d;e=f' }
    await subject().put('bin', binary, { Metadata, ContentType: 'application/x-foo' })
    expect(await subject().get('bin')).toMatchObject({ Metadata, ContentType: 'application/x-foo' })
    expect(await subject().bytes('bin')).toEqual(binary)
  })

  it('empty+20MB: nothing and much come back', async () => {
    const big = randomBytes(20 << 20)
    await subject().put('empty', '')
    await subject().put('big', big)
    expect(await subject().get('empty')).toMatchObject({ ContentLength: 0 })
    expect(md5(await subject().bytes('big'))).toBe(md5(big))
  })

  it('std-headers: GET and HEAD give back the standard headers', async () => {
    const { client, bucket: Bucket, put, get } = subject()
    const headers = {
      ContentEncoding: 'gzip',
      CacheControl: 'public, max-age=60, stale-while-revalidate=5',
      ContentLanguage: 'en',
      ContentDisposition: 'inline; filename="a b"',
    }
    const Expires = new Date(1_893_456_000_000)
    await put('hdr', 'zz', { ...headers, Expires })
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'hdr' }))
    for (const answer of [await get('hdr'), head]) {
      expect(answer).toMatchObject(headers)
      expect(Date.parse(answer.ExpiresString ?? '')).toBe(Expires.getTime())
    }
  })

  it('overwrite-drops-meta: a new object has nothing of the old one', async () => {
    await subject().put('ow', '1', { Metadata: { a: '1' }, CacheControl: 'no-store' })
    await subject().put('ow', '2')
    const { Metadata, CacheControl } = await subject().get('ow')
    expect([Metadata, CacheControl, await subject().text('ow')]).toEqual([{}, undefined, '2'])
  })

  it('stream-aws-chunked: a stream arrives as what it held', async () => {
    const body = randomBytes(300_000)
    const stream = Readable.from([body.subarray(0, 65_536), body.subarray(65_536)], { objectMode: false })
    await subject().put('st', stream, { ContentLength: body.length })
    expect((await subject().bytes('st')).equals(body)).toBe(true)
    expect((await subject().get('st')).ContentEncoding ?? '').not.toContain('aws-chunked')
  })

  it('stream-chunked+gzip-enc: how it travelled is told from what it is', async () => {
    const body = randomBytes(5000)
    const stream = Readable.from([body], { objectMode: false })
    await subject().put('stg', stream, { ContentLength: body.length, ContentEncoding: 'gzip' })
    expect((await subject().bytes('stg')).equals(body)).toBe(true)
    expect(await subject().get('stg')).toMatchObject({ ContentEncoding: 'gzip' })
  })

  it('head-etag-md5-404: a HEAD tells length, MD5 and date, and what is missing is 404', async () => {
    const { client, bucket: Bucket, get } = subject()
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'bin' }))
    expect(head).toMatchObject({ ContentLength: binary.length, ETag: md5(binary) })
    expect(Math.abs(Date.now() - (head.LastModified?.getTime() ?? 0))).toBeLessThan(120_000)
    expect(await failure(client.send(new HeadObjectCommand({ Bucket, Key: 'nope' })))).toMatch(/^404/)
    expect(await failure(get('nope'))).toBe('404 NoSuchKey')
  })

  it('odd-keys: every text is a key, to put, get, list, copy and delete', async () => {
    const { client, bucket: Bucket, put, text, list, exists } = subject()
    const ordinary = [
      'a b',
      'a%20b%2F%',
      'a+b',
      'ünï-日本',
      '😀',
      '&<>"\'',
      'a\\b',
      'a:b|c*',
      'a;b=c,d@e!$()',
      'a\nb',
      'e\u0301',
    ]
    const paths = [
      'odd/a/../b',
      '../odd',
      'odd/./x',
      'odd/a//b',
      '/odd',
      'odd/t/',
      'odd/?a=b',
      'odd/#f',
      'odd/_S3rver_object',
    ]
    const long = [`odd/${'x'.repeat(1020)}`, `odd/${`${'y'.repeat(99)}/`.repeat(10)}${'z'.repeat(20)}`]
    for (const key of [...ordinary.map((name) => `odd/${name}`), ...paths, ...long]) {
      await put(key, `at ${key}`)
      expect(await text(key)).toBe(`at ${key}`)
      expect(await list({ Prefix: key.slice(0, 60) })).toContain(key)
      const CopySource = `${Bucket}/${key.split('/').map(encodeURIComponent).join('/')}`
      await client.send(new CopyObjectCommand({ Bucket, CopySource, Key: 'copy of odd' }))
      expect(await text('copy of odd')).toBe(`at ${key}`)
      await client.send(new DeleteObjectCommand({ Bucket, Key: key }))
      expect(await exists(key)).toBe(false)
    }
  })

  it('key-1025-rejected: a key has 1,024 bytes at most', async () => {
    expect(await failure(subject().put('q'.repeat(1025)))).toBe('400 KeyTooLongError')
  })

  it('key-is-prefix-of-key: an object and those below it are apart', async () => {
    const { client, bucket: Bucket, put, text } = subject()
    await put('pp', '1')
    await put('pp/child', '2')
    await put('pp/child/x', '3')
    expect([await text('pp'), await text('pp/child'), await text('pp/child/x')]).toEqual(['1', '2', '3'])
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'pp' }))
    expect(await text('pp/child')).toBe('2')
  })

  it('delete-objects-1000: a thousand at once, and quietly', async () => {
    const { client, bucket: Bucket, put, list } = subject()
    const keys = Array.from({ length: 1000 }, (_, index) => `del/${index} &<é`)
    for (let start = 0; start < 1000; start += 50)
      await Promise.all(keys.slice(start, start + 50).map((key) => put(key)))
    await put('del/zz')
    const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'del/' }))
    expect(page).toMatchObject({ KeyCount: 1000, IsTruncated: true })
    const Objects = keys.map((Key) => ({ Key }))
    const answer = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    expect([answer.Deleted?.length, answer.Errors ?? []]).toEqual([1000, []])
    expect(await list({ Prefix: 'del/' })).toEqual(['del/zz'])
    const Delete = { Quiet: true, Objects: [{ Key: 'del/zz' }, { Key: 'del/never' }] }
    const quiet = await client.send(new DeleteObjectsCommand({ Bucket, Delete }))
    expect([quiet.Deleted ?? [], quiet.Errors ?? []]).toEqual([[], []])
  })

  it('limits: metadata of 2 KB, a thousand keys', async () => {
    const { client, bucket: Bucket, put } = subject()
    expect(await failure(put('lim', 'x', { Metadata: { a: 'x'.repeat(3000) } }))).toMatch(/^400/)
    const Objects = Array.from({ length: 1001 }, (_, index) => ({ Key: `none${index}` }))
    expect(await failure(client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } })))).toMatch(/^400/)
    expect((await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 5000 }))).MaxKeys).toBe(1000)
  })

  it('delete-idempotent: what is not there is deleted', async () => {
    const { client, bucket: Bucket } = subject()
    expect(await failure(client.send(new DeleteObjectCommand({ Bucket, Key: 'never existed' })))).toBe('succeeded')
  })

  it('read/list-after-write: what is written is read and listed at once', async () => {
    const { client, bucket: Bucket, put, text, list, exists } = subject()
    await times(16, async (lane) => {
      for (let round = 0; round < 10; round++) {
        const key = `raw/${lane}-${round}-`
        await put(key, 'one')
        expect([await text(key), await list({ Prefix: key })]).toEqual(['one', [key]])
        await put(key, 'two')
        expect(await text(key)).toBe('two')
        await client.send(new DeleteObjectCommand({ Bucket, Key: key }))
        expect([await exists(key), await list({ Prefix: key })]).toEqual([false, []])
      }
    })
  })

  it('atomic-concurrent-overwrite: a reader sees one version, whole, with its ETag', async () => {
    const { put, get } = subject()
    const versions = Array.from({ length: 8 }, (_, index) => Buffer.alloc(200_000, 65 + index))
    await put('atm', versions[0])
    const done = new AbortController()
    const readers = times(4, async () => {
      while (!done.signal.aborted) {
        const { bytes: body, ETag } = await get('atm')
        expect([body.length, new Set(body).size, ETag]).toEqual([200_000, 1, md5(body)])
      }
    })
    for (let round = 0; round < 10; round++) await Promise.all(versions.map((version) => put('atm', version)))
    done.abort()
    await readers
  })

  it('sse-AES256-accepted: encryption by the store is taken', async () => {
    expect(await subject().put('sse', 'enc', { ServerSideEncryption: 'AES256' })).toMatchObject({
      ServerSideEncryption: 'AES256',
    })
    expect(await subject().text('sse')).toBe('enc')
  })

  it('delete-bucket-nonempty-409: a bucket with objects stays', async () => {
    const { client, bucket: Bucket } = subject()
    expect(await failure(client.send(new DeleteBucketCommand({ Bucket })))).toBe('409 BucketNotEmpty')
  })
}
