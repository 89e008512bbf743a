import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { beforeEach, describe, expect, it } from 'vitest'
import { createClient, s3Error, startServer } from './server.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const Bucket = 'bucket'
const server = await startServer({ adminPort: 0 })
const client = createClient(server)
beforeEach(() => server.clock.setOffset(0))

/** Whether a time is the machine's plus an offset, but for what a test lasts. */
const isOffBy = (offsetMs: number, time: number | undefined): boolean =>
  Math.abs(Date.now() + offsetMs - (time ?? 0)) < 10_000
const put = (client: S3Client): Promise<unknown> => client.send(new PutObjectCommand({ Bucket, Key: 'key', Body: 'x' }))
/** By a new client, because the SDK learns the server's time from each answer. */
const presign = (): Promise<string> =>
  getSignedUrl(createClient(server), new GetObjectCommand({ Bucket, Key: 'key' }), { expiresIn: 600 })
const answerTo = async (url: string): Promise<[number, string]> => {
  const response = await fetch(url)
  return [response.status, await response.text()]
}

describe('a clock that is off', () => {
  it('shows in Date, in errors too, and in the times of objects and uploads', async () => {
    server.clock.setOffset(-10 * MINUTE_MS)
    const { headers } = await fetch(server.url)
    expect(isOffBy(-10 * MINUTE_MS, Date.parse(headers.get('date') ?? ''))).toBe(true)
    await put(client)
    await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }))
    const { LastModified } = await client.send(new HeadObjectCommand({ Bucket, Key: 'key' }))
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }))
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
    const times = [LastModified, Contents?.[0]?.LastModified, Uploads?.[0]?.Initiated]
    expect(times.map((time) => isOffBy(-10 * MINUTE_MS, time?.getTime()))).toEqual([true, true, true])
  })

  it('gives its time to objects that are imported', async () => {
    server.clock.setOffset(HOUR_MS)
    await server.import(Bucket, [{ key: 'imported' }])
    expect(isOffBy(HOUR_MS, server.bucket(Bucket)?.objects.get('imported')?.lastModified)).toBe(true)
  })

  it('refuses what was signed more than 15 minutes off, either way', async () => {
    const skewed = s3Error('RequestTimeTooSkewed', 403)
    const putBy = (offsetMs: number): Promise<unknown> => {
      server.clock.setOffset(offsetMs)
      return put(createClient(server))
    }
    await expect(putBy(16 * MINUTE_MS)).rejects.toMatchObject(skewed)
    await expect(putBy(-16 * MINUTE_MS)).rejects.toMatchObject(skewed)
    await expect(putBy(14 * MINUTE_MS)).resolves.toBeDefined()
  })

  it('lets a client that goes by Date sign again', async () => {
    server.clock.setOffset(HOUR_MS)
    const retrying = createClient(server, { maxAttempts: 2 })
    server.requests.clear()
    await retrying.send(new ListObjectsV2Command({ Bucket }))
    expect(server.requests.list().map(({ status }) => status)).toEqual([403, 200])
  })

  it('ends a presigned URL early when it is ahead, late when it is behind', async () => {
    await put(createClient(server))
    const url = await presign()
    server.clock.setOffset(11 * MINUTE_MS)
    expect(await answerTo(url)).toEqual([403, expect.stringContaining('Request has expired')])
    server.clock.setOffset(-14 * MINUTE_MS)
    expect(await answerTo(url)).toEqual([200, 'x'])
    server.clock.setOffset(-16 * MINUTE_MS)
    expect(await answerTo(url)).toEqual([403, expect.stringContaining('Request is not yet valid')])
  })

  it('is set by an option and from the admin side', async () => {
    const late = await startServer({ clockOffsetMs: -HOUR_MS })
    expect(isOffBy(-HOUR_MS, late.clock.now())).toBe(true)
    const setClock = (body: unknown): Promise<Response> =>
      fetch(`${server.adminUrl}/clock`, { method: 'PUT', body: JSON.stringify(body) })
    expect((await setClock({ clockOffsetMs: HOUR_MS })).status).toBe(204)
    expect(isOffBy(HOUR_MS, server.clock.now())).toBe(true)
    expect(await (await setClock({ offset: 1 })).json()).toEqual({
      error: '"clockOffsetMs" must be an integer, got undefined',
    })
    expect((await setClock(5)).status).toBe(400)
    expect(() => server.clock.setOffset(0.5)).toThrow('"clockOffsetMs" must be an integer, got 0.5')
  })
})
