import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { text } from 'node:stream/consumers'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterEach, describe, expect, it } from 'vitest'
import { send, sendHead, sign } from './raw-http.ts'
import { createClient, s3Error, startServer } from './server.ts'

const server = await startServer()
const client = createClient(server)
const Bucket = 'bucket'

const put = (Key: string, Body: string): Promise<unknown> => client.send(new PutObjectCommand({ Bucket, Key, Body }))
const get = (Key: string): Promise<unknown> => client.send(new GetObjectCommand({ Bucket, Key }))
const textOf = async (Key: string): Promise<string | undefined> =>
  (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()

await put('key', '0123456789')
afterEach(() => server.faults.clear())

describe('faults', () => {
  it('answer an S3 error of the status that was chosen', async () => {
    server.faults.add({ fault: { kind: 'status', status: 403 }, times: 1 })
    server.faults.add({ fault: { kind: 'status', status: 500 }, times: 1 })
    server.faults.add({ fault: { kind: 'status', status: 503 }, times: 1 })
    await expect(get('key')).rejects.toMatchObject(s3Error('AccessDenied', 403))
    await expect(get('key')).rejects.toMatchObject(s3Error('InternalError', 500))
    await expect(put('key', 'lost')).rejects.toMatchObject(s3Error('SlowDown', 503))
    expect(await textOf('key')).toBe('0123456789')
  })

  it('answer the S3 error whose code was chosen', async () => {
    server.faults.add({ fault: { kind: 'status', code: 'ExpiredToken' }, times: 1 })
    server.faults.add({ fault: { kind: 'status', code: 'RequestTimeTooSkewed' }, times: 1 })
    server.faults.add({ fault: { kind: 'status', code: 'InvalidAccessKeyId' }, times: 1 })
    server.faults.add({ fault: { kind: 'status', code: 'SlowDown' }, times: 1 })
    await expect(get('key')).rejects.toMatchObject(s3Error('ExpiredToken', 400))
    await expect(get('key')).rejects.toMatchObject(s3Error('RequestTimeTooSkewed', 403))
    await expect(get('key')).rejects.toMatchObject(s3Error('InvalidAccessKeyId', 403))
    await expect(put('key', 'lost')).rejects.toMatchObject(s3Error('SlowDown', 503))
    expect(await textOf('key')).toBe('0123456789')
  })

  it('delay an answer', async () => {
    server.faults.add({ fault: { kind: 'latency', ms: 150 }, operation: 'GetObject' })
    const start = performance.now()
    expect(await textOf('key')).toBe('0123456789')
    expect(performance.now() - start).toBeGreaterThan(140)
  })

  it('delay no request beyond the moment that its client has left', async () => {
    server.faults.add({ fault: { kind: 'latency', ms: 100 }, times: 1 })
    const request = { method: 'PUT', path: '/bucket/left', headers: { 'content-length': '9' } }
    const socket = sendHead(server.url, sign(server.url, request, { payloadHash: 'UNSIGNED-PAYLOAD' }))
    await expect.poll(() => server.requests.count({ keyPrefix: 'left' })).toBe(1)
    socket.destroy()
    await expect.poll(() => server.requests.list().at(-1)).toMatchObject({ key: 'left', status: 400 })
  })

  it('carry a request out late, although its client has left', async () => {
    const fault = server.faults.add({ fault: { kind: 'late', ms: 150 }, operation: 'PutObject', times: 1 })
    const abortSignal = AbortSignal.timeout(50)
    const leaving = client.send(new PutObjectCommand({ Bucket, Key: 'late', Body: 'x' }), { abortSignal })
    await expect(leaving).rejects.toMatchObject({ name: 'AbortError' })
    expect(server.bucket(Bucket)?.objects.get('late')).toBeUndefined()
    await expect.poll(() => server.bucket(Bucket)?.objects.get('late')).toMatchObject({ size: 1 })
    expect(server.requests.list().at(-1)).toMatchObject({ operation: 'PutObject', key: 'late', status: 200 })
    expect(fault.fired).toBe(1)
  })

  it('answer late whoever still waits, also a request without a body', async () => {
    server.faults.add({ fault: { kind: 'late', ms: 150 } })
    const start = performance.now()
    expect(await textOf('key')).toBe('0123456789')
    await expect(get('missing')).rejects.toMatchObject({ name: 'NoSuchKey' })
    expect(performance.now() - start).toBeGreaterThan(280)
  })

  it('refuse before any answer, and before authentication and body', async () => {
    const fault = server.faults.add({ fault: { kind: 'refuse' }, keyPattern: '^refused$' })
    await expect(put('refused', 'x')).rejects.toMatchObject({ code: 'ECONNRESET' })
    const headers = { host: 'x', expect: '100-continue', 'content-length': '9' }
    expect(await text(sendHead(server.url, { method: 'PUT', path: '/bucket/refused', headers }))).toBe('')
    expect(fault.fired).toBe(2)
    expect(await textOf('key')).toBe('0123456789')
  })

  it('hang without an answer, until the client gives up', async () => {
    server.faults.add({ fault: { kind: 'hang' }, times: 1 })
    const abortSignal = AbortSignal.timeout(200)
    const hanging = client.send(new GetObjectCommand({ Bucket, Key: 'key' }), { abortSignal })
    await expect(hanging).rejects.toMatchObject({ name: 'AbortError' })
    expect(server.requests.list().at(-1)).toMatchObject({ operation: 'GetObject', key: 'key', status: 0 })
  })

  it('cut an answer in the middle of its body', async () => {
    server.faults.add({ fault: { kind: 'reset' }, operation: 'GetObject', times: 1 })
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'key' }), { expiresIn: 60 })
    const received = await new Promise<{ status?: number; body: string; complete: boolean }>((resolve, reject) => {
      request(url, (response) => {
        let body = ''
        response.on('data', (chunk: Buffer) => (body += chunk.toString()))
        response.on('error', () => {})
        response.on('close', () => {
          const { statusCode, complete } = response
          resolve({ body, complete, ...(statusCode !== undefined && { status: statusCode }) })
        })
      })
        .on('error', reject)
        .end()
    })
    expect(received).toEqual({ status: 200, body: '01234', complete: false })
  })

  it('cut the answer to a write after it was carried out', async () => {
    server.faults.add({ fault: { kind: 'reset' }, operation: 'PutObject', times: 1 })
    await expect(put('unknown-outcome', 'x')).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await textOf('unknown-outcome')).toBe('x')
  })

  it('fire as often as their rule says, and count', async () => {
    const fault = server.faults.add({ fault: { kind: 'status', status: 503 }, operation: 'GetObject', times: 2 })
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => get('key')))
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(2)
    expect(fault.fired).toBe(2)
  })
})

describe('the request log', () => {
  it('counts what was asked, answered or not, and lists how it went', async () => {
    server.requests.clear()
    await put('log/a', 'abc')
    await get('log/a')
    await expect(get('log/missing')).rejects.toThrow()
    await send(server.url, { path: '/bucket/log/anonymous' })
    expect(server.requests.count()).toBe(4)
    expect(server.requests.count({ operation: 'GetObject', keyPrefix: 'log/' })).toBe(3)
    expect(server.requests.list().map(({ operation, key, status }) => [operation, key, status])).toEqual([
      ['PutObject', 'log/a', 200],
      ['GetObject', 'log/a', 200],
      ['GetObject', 'log/missing', 404],
      ['GetObject', 'log/anonymous', 403],
    ])
    expect(
      server.requests
        .list()
        .slice(0, 2)
        .map(({ bytes }) => bytes),
    ).toEqual([3, 3])
  })
})

describe('close', () => {
  it('ends although connections are idle, answers are late and requests hang', async () => {
    const other = await startServer()
    const otherClient = createClient(other)
    await otherClient.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'x' }))
    other.faults.add({ fault: { kind: 'hang' }, times: 1 })
    other.faults.add({ fault: { kind: 'latency', ms: 60_000 } })
    const pending = Promise.allSettled([1, 2].map(() => otherClient.send(new GetObjectCommand({ Bucket, Key: 'key' }))))
    while (other.requests.count() < 3) await sleep(5)
    await other.close()
    await other.close()
    expect((await pending).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(fetch(other.url)).rejects.toThrow()
  })
})
