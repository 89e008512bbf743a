import type { IncomingMessage } from 'node:http'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Answer, errorXml, openAnsweringServer, useCredentials } from '../../../test/answering-server.ts'
import { openS3Store } from '../../../test/open-s3-store.ts'
import type { ObjectStore } from './object-store.ts'
import { connectS3 } from './s3-connection.ts'
import type { S3ObjectStore } from './s3-store.ts'

const MINUTE_MS = 60_000
const LISTING = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>'

/** How far the clock of the server is ahead of ours. */
let aheadMs = 0

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** When a request was signed, in its URL or its header. */
function signedAt({ url = '', headers }: IncomingMessage): number {
  const text = /X-Amz-Date=(\w+)/.exec(url)?.[1] ?? String(headers['x-amz-date'])
  return Date.parse(text.replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5'))
}

/** As S3 judges times. */
function judge(request: IncomingMessage): Answer {
  const now = Date.now() + aheadMs
  const isPresigned = request.url?.includes('X-Amz-Date') === true
  const ageMs = now - signedAt(request)
  const headers = { date: new Date(now).toUTCString(), etag: '"1"' }
  const refuse = (code: string, Message: string): Answer => ({
    status: 403,
    headers,
    body: errorXml(code, { Message }),
  })
  if (isPresigned && ageMs > 60 * MINUTE_MS) return refuse('AccessDenied', 'Request has expired')
  if (isPresigned && ageMs < -15 * MINUTE_MS) return refuse('AccessDenied', 'Request is not yet valid')
  if (!isPresigned && Math.abs(ageMs) > 15 * MINUTE_MS)
    return refuse('RequestTimeTooSkewed', 'The difference is too large.')
  return { status: 200, headers, body: LISTING }
}

async function open(minutesAhead: number, answer: (request: IncomingMessage) => Answer = judge) {
  aheadMs = minutesAhead * MINUTE_MS
  const { endpoint, requests } = await openAnsweringServer(answer)
  const openStore = (presignedReads: boolean): S3ObjectStore => openS3Store({ endpoint, presignedReads })
  return { requests, openStore }
}

const read = (store: ObjectStore, key: string): Promise<unknown> =>
  store.get(key).then(
    ({ kind }) => kind,
    ({ storeCode }: { storeCode: string }) => storeCode,
  )

it('costs a process that only reads one request more, behind or ahead, whoever signs', async () => {
  const expectOneMore = async (minutesAhead: number, presignedReads: boolean): Promise<void> => {
    const { requests, openStore } = await open(minutesAhead)
    const store = openStore(presignedReads)
    expect([await read(store, 'a'), await read(store, 'a'), await read(store, 'b')]).toEqual([
      'found',
      'found',
      'found',
    ])
    expect(requests).toHaveLength(4)
  }
  await expectOneMore(120, true)
  await expectOneMore(120, false)
  await expectOneMore(-120, true)
  await expectOneMore(-120, false)
})

it('is learned by whatever is asked first', async () => {
  const { requests, openStore } = await open(120)
  const expectOneMore = async (ask: (store: ObjectStore) => Promise<unknown>): Promise<void> => {
    const before = requests.length
    const store = openStore(true)
    await ask(store)
    await store.get('k')
    expect(requests.length - before).toBe(3)
  }
  await expectOneMore((store) => store.list('k'))
  await expectOneMore((store) => store.put('k', Buffer.from('x')))
  await expectOneMore((store) => store.put('k', Buffer.from('x'), { ifNoneMatch: '*' }))
})

it('is learned by many requests at once', async () => {
  const { openStore } = await open(-120)
  const store = openStore(true)
  const kinds = await Promise.all(Array.from({ length: 20 }, (_, index) => read(store, `k${index}`)))
  expect(new Set(kinds)).toEqual(new Set(['found']))
})

it('has all URLs signed anew when our own jumps', async () => {
  const { requests, openStore } = await open(0)
  const store = openStore(true)
  await read(store, 'a')
  await read(store, 'b')
  // The machine was asleep for less than its URLs are used, and set its clock back when it woke.
  aheadMs = 120 * MINUTE_MS
  expect([await read(store, 'a'), await read(store, 'b')]).toEqual(['found', 'found'])
  // Once with the URL that was kept, once with a new one, once by the right clock; then `b`.
  expect(requests).toHaveLength(2 + 3 + 1)
  expect(store.stats()).toEqual({ presignedUrls: 2 })
})

it('is learned once an operation, and only from a time that is another one than ours', async () => {
  const refusing = async (headers: Record<string, string>): Promise<number> => {
    const body = errorXml('RequestTimeTooSkewed')
    const { requests, openStore } = await open(0, () => ({ status: 403, headers, body }))
    expect(await read(openStore(true), 'k')).toBe('RequestTimeTooSkewed')
    return requests.length
  }
  const date = (ms: number): string => new Date(Date.now() + ms).toUTCString()
  expect(await refusing({ date: date(120 * MINUTE_MS) })).toBe(2)
  expect(await refusing({ date: date(MINUTE_MS) })).toBe(1)
  expect(await refusing({ date: 'today' })).toBe(1)
  // A cache has answered.
  expect(await refusing({ date: date(-120 * MINUTE_MS), age: '7200' })).toBe(1)
})

it('is not learned where the SDK is told to learn none', async () => {
  useCredentials()
  // In the environment, where users say so, but that is read once a process.
  const requestsWhen = async (isDisabled: boolean): Promise<number> => {
    const { client, attempt } = connectS3({ bucket: 'test', region: 'us-east-1', forcePathStyle: true })
    client.config.disableClockSkewCorrection = async () => isDisabled
    const send = vi.fn<() => Promise<never>>().mockRejectedValue(
      Object.assign(new Error(''), {
        name: 'RequestTimeTooSkewed',
        $metadata: { httpStatusCode: 403 },
        $response: { headers: { date: new Date(Date.now() + 120 * MINUTE_MS).toUTCString() } },
      }),
    )
    await expect(attempt('get', 'k', undefined, send)).rejects.toMatchObject({ storeCode: 'RequestTimeTooSkewed' })
    return send.mock.calls.length
  }
  expect(await requestsWhen(true)).toBe(1)
  expect(await requestsWhen(false)).toBe(2)
})
