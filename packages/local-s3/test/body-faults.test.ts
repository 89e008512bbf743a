import { setTimeout as sleep } from 'node:timers/promises'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterEach, describe, expect, it } from 'vitest'
import { createClient, startServer } from './server.ts'

const server = await startServer()
const client = createClient(server)
const Bucket = 'bucket'
const Body = '0123456789'.repeat(10)
const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: 'key', Body }))
const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'key' }), { expiresIn: 60 })
afterEach(() => server.faults.clear())

/** What a client without checksums believes to be the object. */
async function read(): Promise<{ head: unknown[]; body: string }> {
  const response = await fetch(url)
  const { status, headers } = response
  return { head: [status, headers.get('etag'), headers.get('content-length')], body: await response.text() }
}

describe('a truncated answer', () => {
  it('is complete, of the ETag of the object, and has the first half of its body', async () => {
    server.faults.add({ fault: { kind: 'truncate' }, operation: 'GetObject', times: 1 })
    expect(await read()).toEqual({ head: [200, ETag, '50'], body: Body.slice(0, 50) })
    expect(server.requests.list().at(-1)).toMatchObject({ status: 200, bytes: 50 })
    expect(await read()).toEqual({ head: [200, ETag, '100'], body: Body })
  })

  it('may be that of a listing', async () => {
    server.faults.add({ fault: { kind: 'truncate' }, operation: 'ListObjectsV2' })
    await expect(client.send(new ListObjectsV2Command({ Bucket }))).rejects.toThrow()
  })

  it('does not undo a write, whose answer has no body', async () => {
    const fault = server.faults.add({ fault: { kind: 'truncate' } })
    await client.send(new PutObjectCommand({ Bucket, Key: 'written', Body: 'x' }))
    expect([fault.fired, server.bucket(Bucket)?.objects.get('written')?.size]).toEqual([1, 1])
  })
})

describe('a flipped answer', () => {
  it('has the length and the ETag of the object, and each time another wrong bit', async () => {
    server.faults.add({ fault: { kind: 'flip' }, operation: 'GetObject', times: 2 })
    const answers = [await read(), await read()]
    for (const { head } of answers) expect(head).toEqual([200, ETag, '100'])
    expect(new Set([Body, ...answers.map(({ body }) => body)]).size).toBe(3)
    expect((await read()).body).toBe(Body)
  })

  it('does not fit the checksum that comes with it', async () => {
    server.faults.add({ fault: { kind: 'flip' }, operation: 'GetObject' })
    const answer = await client.send(new GetObjectCommand({ Bucket, Key: 'key' }))
    await expect(answer.Body?.transformToString()).rejects.toThrow('Checksum mismatch')
  })
})

describe('a dripping answer', () => {
  it('is right in the end', async () => {
    server.faults.add({ fault: { kind: 'drip', ms: 20 }, operation: 'GetObject' })
    const start = performance.now()
    expect(await read()).toEqual({ head: [200, ETag, '100'], body: Body })
    // 7 pieces of 16 bytes.
    expect(performance.now() - start).toBeGreaterThan(7 * 20 - 10)
  })

  it('has its head at once and keeps the client waiting for its body, until the client gives up', async () => {
    server.faults.add({ fault: { kind: 'drip', ms: 60_000 }, operation: 'GetObject' })
    const controller = new AbortController()
    const response = await fetch(url, { signal: controller.signal })
    expect([response.status, response.headers.get('etag')]).toEqual([200, ETag])
    const body = response.text()
    expect(await Promise.race([body, sleep(200, 'nothing yet')])).toBe('nothing yet')
    controller.abort()
    await expect(body).rejects.toThrow('aborted')
  })
})
