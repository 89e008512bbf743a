import { once } from 'node:events'
import { Agent } from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { nextStatus, send, sendHead, sign } from './raw-http.ts'
import { createClient, s3Error, startServer } from './server.ts'

const server = await startServer()
const client = createClient(server)
const Bucket = 'bucket'

const put = async (Key: string, Body: string | Uint8Array, more: object = {}): Promise<string> =>
  (await client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))).ETag ?? ''
const get = (Key: string, more: object = {}): Promise<unknown> =>
  client.send(new GetObjectCommand({ Bucket, Key, ...more }))
const head = (Key: string, more: object = {}): Promise<unknown> =>
  client.send(new HeadObjectCommand({ Bucket, Key, ...more }))
const remove = (Key: string, more: object = {}): Promise<unknown> =>
  client.send(new DeleteObjectCommand({ Bucket, Key, ...more }))
const textOf = async (Key: string): Promise<string | undefined> =>
  (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()

/** Sends the head of a PUT of 1,000 bytes. */
const headOfPut = (key: string, more: Record<string, string>): Socket => {
  const headers = { 'content-length': '1000', ...more }
  const options = { payloadHash: 'UNSIGNED-PAYLOAD' }
  return sendHead(server.url, sign(server.url, { method: 'PUT', path: `/bucket/${key}`, headers }, options))
}

const OTHER = '"00000000000000000000000000000000"'
const notModified = { $metadata: { httpStatusCode: 304 } }
const failed = s3Error('PreconditionFailed', 412)

describe('conditional reads', () => {
  it('answers 304 without a body when If-None-Match names the current ETag', async () => {
    const etag = await put('inm', 'x', { CacheControl: 'max-age=1' })
    await expect(get('inm', { IfNoneMatch: etag })).rejects.toMatchObject(notModified)
    await expect(head('inm', { IfNoneMatch: etag })).rejects.toMatchObject(notModified)
    await expect(get('inm', { IfNoneMatch: `${OTHER}, W/${etag}` })).rejects.toMatchObject(notModified)
    await expect(get('inm', { IfNoneMatch: OTHER })).resolves.toMatchObject({ ETag: etag })
    const raw = await send(server.url, sign(server.url, { path: '/bucket/inm', headers: { 'if-none-match': etag } }))
    expect([raw.status, raw.body, raw.headers.etag]).toEqual([304, '', etag])
    expect(raw.headers['cache-control']).toBe('max-age=1')
  })

  it('answers 412 when If-Match names another ETag', async () => {
    const etag = await put('im', 'x')
    await expect(get('im', { IfMatch: OTHER })).rejects.toMatchObject(failed)
    await expect(head('im', { IfMatch: OTHER })).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } })
    await expect(get('im', { IfMatch: etag })).resolves.toMatchObject({ ETag: etag })
  })

  it('compares times to the second', async () => {
    await put('ims', 'x')
    const { LastModified = new Date() } = await client.send(new HeadObjectCommand({ Bucket, Key: 'ims' }))
    const before = new Date(LastModified.getTime() - 1000)
    await expect(get('ims', { IfModifiedSince: LastModified })).rejects.toMatchObject(notModified)
    await expect(get('ims', { IfModifiedSince: before })).resolves.toBeDefined()
    await expect(get('ims', { IfUnmodifiedSince: before })).rejects.toMatchObject(failed)
    await expect(get('ims', { IfUnmodifiedSince: LastModified })).resolves.toBeDefined()
  })

  it('lets ETags outrank times', async () => {
    const etag = await put('both', 'x')
    const past = new Date(0)
    const future = new Date(Date.now() + 3_600_000)
    await expect(get('both', { IfNoneMatch: OTHER, IfModifiedSince: future })).resolves.toBeDefined()
    await expect(get('both', { IfMatch: etag, IfUnmodifiedSince: past })).resolves.toBeDefined()
  })
})

describe('conditional writes', () => {
  it('creates but does not overwrite with If-None-Match: *', async () => {
    await put('new', 'A', { IfNoneMatch: '*' })
    await expect(put('new', 'B', { IfNoneMatch: '*' })).rejects.toMatchObject(failed)
    expect(await textOf('new')).toBe('A')
  })

  it('overwrites with If-Match only the version that is named', async () => {
    const etag = await put('cas', 'A')
    await expect(put('cas', 'B', { IfMatch: OTHER })).rejects.toMatchObject(failed)
    await put('cas', 'C', { IfMatch: etag })
    await expect(put('cas', 'D', { IfMatch: etag })).rejects.toMatchObject(failed)
    expect(await textOf('cas')).toBe('C')
  })

  it('answers NoSuchKey to If-Match on a missing object', async () => {
    await expect(put('missing', 'A', { IfMatch: OTHER })).rejects.toMatchObject(s3Error('NoSuchKey', 404))
    await expect(remove('missing', { IfMatch: OTHER })).rejects.toMatchObject(s3Error('NoSuchKey', 404))
  })

  it('deletes with If-Match only the version that is named', async () => {
    const etag = await put('del', 'A')
    await expect(remove('del', { IfMatch: OTHER })).rejects.toMatchObject(failed)
    await remove('del', { IfMatch: etag })
    await expect(textOf('del')).rejects.toMatchObject(s3Error('NoSuchKey', 404))
  })

  it('refuses an If-None-Match that is not *', async () => {
    await expect(put('etag', 'A', { IfNoneMatch: OTHER })).rejects.toMatchObject(s3Error('NotImplemented', 501))
  })

  it('lets one of twenty concurrent creators win, and tells the others', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => put('race', `v${i}`, { IfNoneMatch: '*' })),
    )
    const won = results.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []))
    expect(won).toHaveLength(1)
    expect(await textOf('race')).toBe(`v${won[0]}`)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject(failed)
  })

  it('loses no update of concurrent compare-and-swap loops', async () => {
    await put('counter', '0')
    const increment = async (): Promise<void> => {
      const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket, Key: 'counter' }))
      const next = Number(await Body?.transformToString()) + 1
      await put('counter', String(next), { IfMatch: ETag }).catch(increment)
    }
    await Promise.all(Array.from({ length: 8 }, increment))
    expect(await textOf('counter')).toBe('8')
  })
})

describe('a write that is refused while its body is under way', () => {
  const big = Buffer.alloc(8 << 20, 1)

  it('is answered 412, with a buffer and with a stream, whether or not the client waits for 100 Continue', async () => {
    await put('big', 'x')
    const impatient = createClient(server, { requestHandler: { httpAgent: new Agent({ keepAlive: true }) } })
    for (const each of [client, impatient]) {
      const conditional = { Bucket, Key: 'big', IfNoneMatch: '*', ContentLength: big.length }
      await expect(each.send(new PutObjectCommand({ ...conditional, Body: big }))).rejects.toMatchObject(failed)
      const stream = Readable.from([big], { objectMode: false })
      await expect(each.send(new PutObjectCommand({ ...conditional, Body: stream }))).rejects.toMatchObject(failed)
    }
    expect(await textOf('big')).toBe('x')
  })

  it('is answered before the body is complete, and the connection stays open until it is', async () => {
    await put('half', 'x')
    const socket = headOfPut('half', { 'if-none-match': '*', connection: 'close' })
    const ended = once(socket, 'end').then(() => 'ended')
    socket.write('x'.repeat(500))
    expect(await nextStatus(socket)).toBe(412)
    expect(await Promise.race([ended, sleep(100, 'open')])).toBe('open')
    socket.write('x'.repeat(500))
    expect(await ended).toBe('ended')
  })

  it('is refused also when the object appears only after the check of its head', async () => {
    const sockets = Array.from({ length: 3 }, () => headOfPut('late', { 'if-none-match': '*' }))
    await expect.poll(() => server.requests.count({ keyPrefix: 'late' })).toBe(3)
    for (const socket of sockets) socket.write('x'.repeat(1000))
    const statuses = await Promise.all(sockets.map(nextStatus))
    for (const socket of sockets) socket.destroy()
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 412, 412])
  })
})

describe('a body under way', () => {
  it('is asked for with 100 Continue when the client waits for that', async () => {
    const socket = headOfPut('waiting', { expect: '100-continue' })
    expect(await nextStatus(socket)).toBe(100)
    socket.write('x'.repeat(1000))
    expect(await nextStatus(socket)).toBe(200)
    socket.destroy()
  })

  it('is forgotten when the client leaves', async () => {
    const socket = headOfPut('left', {})
    socket.end('only a part')
    await text(socket)
    await expect(textOf('left')).rejects.toMatchObject(s3Error('NoSuchKey', 404))
  })
})
