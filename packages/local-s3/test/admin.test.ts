import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { createClient, s3Error, startServer } from './server.ts'

const server = await startServer({ adminPort: 0 })
const client = createClient(server)
const Bucket = 'bucket'

const admin = async (method: string, path: string, body?: unknown): Promise<[status: number, body: unknown]> => {
  const init =
    body === undefined ? { method } : { method, body: typeof body === 'string' ? body : JSON.stringify(body) }
  const response = await fetch(`${server.adminUrl}${path}`, init)
  const answer = await response.text()
  return [response.status, answer === '' ? undefined : JSON.parse(answer)]
}

it('adds, shows and removes faults', async () => {
  const rule = { fault: { kind: 'status', status: 503 }, operation: 'GetObject', keyPattern: '^k$', times: 5 }
  const [status, added] = await admin('POST', '/faults', rule)
  expect([status, added]).toEqual([201, { id: expect.any(String), rule, fired: 0 }])
  const get = client.send(new GetObjectCommand({ Bucket, Key: 'k' }))
  await expect(get).rejects.toMatchObject(s3Error('SlowDown', 503))
  expect(await admin('GET', '/faults')).toEqual([200, [{ id: expect.any(String), rule, fired: 1 }]])
  expect(await admin('DELETE', `/faults/${server.faults.list()[0]?.id}`)).toEqual([204, undefined])
  expect(await admin('GET', '/faults')).toEqual([200, []])
  server.faults.add({ fault: { kind: 'hang' } })
  expect(await admin('DELETE', '/faults')).toEqual([204, undefined])
  expect(server.faults.list()).toEqual([])
})

it('counts and lists requests', async () => {
  await admin('DELETE', '/requests')
  for (const Key of ['a/1', 'a/2', 'b/1']) await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  await client.send(new GetObjectCommand({ Bucket, Key: 'a/1' }))
  expect(await admin('GET', '/requests')).toEqual([200, { count: 4, byOperation: { PutObject: 3, GetObject: 1 } }])
  expect(await admin('GET', '/requests?operation=PutObject&prefix=a/&pattern=2$')).toEqual([
    200,
    { count: 1, byOperation: { PutObject: 1 } },
  ])
  expect(await admin('GET', '/requests/log')).toMatchObject([200, [{ key: 'a/1' }, {}, {}, { operation: 'GetObject' }]])
  expect(await admin('DELETE', '/requests')).toEqual([204, undefined])
  expect(server.requests.count()).toBe(0)
})

it('imports many objects at once, a line of JSON each', async () => {
  const many = Array.from({ length: 20_000 }, (_, index) => ({ key: `many/${(index * 7919) % 20_000}`, body: 'x' }))
  const details = {
    headers: { 'content-type': 'text/a', 'x-amz-meta-a': '1' },
    tags: { t: 'v' },
    lastModified: 1_700_000_000_000,
  }
  const bytes = { key: 'bytes', base64: Buffer.from([0, 255]).toString('base64'), ...details }
  const lines = [...many, bytes].map((object) => JSON.stringify(object)).join('\n')
  expect(await admin('POST', '/import?bucket=bucket', lines)).toEqual([200, { imported: 20_001 }])
  expect(server.bucket('bucket')?.objects.size).toBeGreaterThanOrEqual(20_001)
  const answer = await client.send(new GetObjectCommand({ Bucket, Key: 'bytes' }))
  expect(answer).toMatchObject({
    ContentType: 'text/a',
    Metadata: { a: '1' },
    TagCount: 1,
    LastModified: new Date(1_700_000_000_000),
  })
  expect(await answer.Body?.transformToByteArray()).toEqual(new Uint8Array([0, 255]))
  expect(await admin('POST', '/import?bucket=none', '{}')).toEqual([
    400,
    { error: '"bucket" must be the name of a bucket, got "none"' },
  ])
  expect(await admin('POST', '/import?bucket=bucket', 'x')).toEqual([400, { error: '"line" must be JSON, got "x"' }])
})

it('says what is wrong with a request', async () => {
  expect(await admin('POST', '/faults', { fault: { kind: 'melt' } })).toEqual([
    400,
    { error: '"kind" must be latency, late, refuse, reset, truncate, flip, drip, status or hang, got "melt"' },
  ])
  expect(await admin('POST', '/faults', '{')).toEqual([400, { error: '"body" must be JSON, got "{"' }])
  expect(await admin('GET', '/requests?pattern=(')).toMatchObject([400, {}])
  expect(await admin('GET', '/requests?operation=Get')).toMatchObject([400, {}])
  expect(await admin('GET', '/toString')).toEqual([404, { error: 'no such route: GET /toString' }])
})

it('is not there unless it is asked for', async () => {
  expect((await startServer()).adminUrl).toBeUndefined()
})
