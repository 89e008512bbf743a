import { startLocalS3 } from 'local-s3'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Answer, errorXml, openAnsweringServer, useCredentials } from '../../../test/answering-server.ts'
import { openBucketSettings } from './bucket-settings.ts'
import type { GetOptions, ObjectStore } from './object-store.ts'
import { createS3ObjectStore, type S3ObjectStore, type S3StoreOptions } from './s3-store.ts'
import type { SentRequest } from './sent-request.ts'

const LISTING = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>'
const SESSION = `<CreateSessionResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Credentials>
  <AccessKeyId>a</AccessKeyId><SecretAccessKey>b</SecretAccessKey><SessionToken>c</SessionToken>
  <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></CreateSessionResult>`

interface Watched {
  readonly store: S3ObjectStore
  readonly sent: SentRequest[]
}

function openWatched(endpoint: string, options: Partial<S3StoreOptions> = {}): Watched {
  const sent: SentRequest[] = []
  const place = { bucket: 'test', region: 'us-east-1', forcePathStyle: true, presignedReads: true, endpoint }
  return { store: createS3ObjectStore({ ...place, ...options }, (request) => sent.push(request)), sent }
}

const outlineOf = ({ operation, status }: SentRequest): string => `${operation} ${status}`

/** A server that hears everything and answers nothing. */
async function openSilentServer(): Promise<{ readonly endpoint: string; readonly heard: () => number }> {
  useCredentials()
  const s3 = await startLocalS3({ buckets: ['test'] })
  onTestFinished(() => s3.close())
  s3.faults.add({ fault: { kind: 'hang' } })
  return { endpoint: s3.url, heard: () => s3.requests.count() }
}

async function useAll(store: ObjectStore): Promise<void> {
  await store.get('a')
  await store.head('b')
  await store.list('c')
  await store.put('d', Buffer.from('x'))
  await store.delete('e')
  await store.deleteMany(['f', 'g'])
}

const ALL = [
  'GetObject 200',
  'HeadObject 200',
  'ListObjectsV2 200',
  'PutObject 200',
  'DeleteObject 200',
  'DeleteObjects 200',
]

describe('a request', () => {
  it("is told once, by S3's own name, whichever way objects are read", async () => {
    const { endpoint, requests } = await openAnsweringServer(() => ({ status: 200, body: LISTING }))
    for (const presignedReads of [true, false]) {
      const { store, sent } = openWatched(endpoint, { presignedReads })
      await useAll(store)
      expect(sent.map(outlineOf)).toEqual(ALL)
      expect(sent.map(({ objectKey }) => objectKey)).toEqual(['a', 'b', undefined, 'd', 'e', undefined])
      for (const request of sent) expect(request).toMatchObject({ bucket: 'test', origin: endpoint })
    }
    expect(requests).toHaveLength(2 * ALL.length)
  })

  it('is told with the status of a refusal, and of what the cache takes for a value', async () => {
    const statuses = [304, 404, 403, 500]
    const { endpoint } = await openAnsweringServer(() => ({ status: statuses.shift() ?? 0, body: errorXml('Any') }))
    const { store, sent } = openWatched(endpoint)
    await store.get('a', { ifNoneMatch: '"1"' })
    await store.get('a')
    await expect(store.put('a', Buffer.from('x'))).rejects.toThrow('403')
    await expect(store.head('a')).rejects.toThrow('500')
    expect(sent.map(outlineOf)).toEqual(['GetObject 304', 'GetObject 404', 'PutObject 403', 'HeadObject 500'])
  })

  it("is told with S3's code, and as a failure unless it tells the cache something", async () => {
    const refusal = (status: number, code: string): Answer => ({ status, body: errorXml(code) })
    let current: Answer = { status: 200 }
    const { endpoint } = await openAnsweringServer(() => current)
    const told = async (
      watched: Watched,
      answer: Answer,
      ask: (store: ObjectStore) => Promise<unknown>,
    ): Promise<string> => {
      current = answer
      await ask(watched.store).catch(() => {})
      const { status, storeCode, isFailure } = watched.sent.at(-1) ?? {}
      return `${status} ${storeCode} ${isFailure ? 'failed' : 'told'}`
    }
    for (const presignedReads of [true, false]) {
      const watched = openWatched(endpoint, { presignedReads })
      const get = (options: GetOptions) => (store: ObjectStore) => store.get('a', options)
      const put = (store: ObjectStore) => store.put('a', Buffer.from('x'), { ifMatch: '"1"' })
      const list = (store: ObjectStore) => store.list('a')
      const denied = refusal(403, 'AccessDenied')
      // Nothing was read yet, by which to tell what a denial means.
      expect(await told(watched, denied, get({ absentIfDenied: true }))).toBe('403 AccessDenied failed')
      expect(await told(watched, { status: 200 }, get({}))).toBe('200 undefined told')
      expect(await told(watched, denied, get({ absentIfDenied: true }))).toBe('403 AccessDenied told')
      expect(await told(watched, denied, get({}))).toBe('403 AccessDenied failed')
      expect(await told(watched, { status: 304 }, get({ ifNoneMatch: '"1"' }))).toBe('304 undefined told')
      expect(await told(watched, refusal(404, 'NoSuchKey'), get({}))).toBe('404 NoSuchKey told')
      expect(await told(watched, refusal(404, 'NoSuchBucket'), get({}))).toBe('404 NoSuchBucket failed')
      expect(await told(watched, refusal(404, 'NoSuchBucket'), list)).toBe('404 NoSuchBucket failed')
      expect(await told(watched, refusal(412, 'PreconditionFailed'), put)).toBe('412 PreconditionFailed told')
      expect(await told(watched, refusal(409, 'ConditionalRequestConflict'), put)).toBe(
        '409 ConditionalRequestConflict told',
      )
      expect(await told(watched, refusal(409, 'OperationAborted'), put)).toBe('409 OperationAborted failed')
      expect(await told(watched, refusal(429, 'TooManyRequests'), list)).toBe('429 TooManyRequests failed')
      expect(await told(watched, { status: 503, body: 'no document' }, list)).toBe('503 undefined failed')
      expect(await told(watched, { status: 404 }, (store) => store.head('a'))).toBe('404 NotFound told')
    }
  })

  it('is told again where it is repeated, because the bucket is elsewhere or the URL too old', async () => {
    const moved = { status: 301, headers: { 'x-amz-bucket-region': 'eu-west-1' }, body: errorXml('PermanentRedirect') }
    const aged = { status: 403, body: errorXml('AccessDenied') }
    const answers: Answer[] = [moved, { status: 200 }, aged, { status: 200 }]
    const { endpoint, requests } = await openAnsweringServer(() => answers.shift() ?? { status: 500 })
    const { store, sent } = openWatched(endpoint)
    await store.get('a')
    await store.get('a')
    expect(sent.map(outlineOf)).toEqual(['GetObject 301', 'GetObject 200', 'GetObject 403', 'GetObject 200'])
    expect(requests).toHaveLength(sent.length)
  })

  it('is told of the session that S3 Express wants', async () => {
    const { endpoint } = await openAnsweringServer(({ url }) =>
      url?.includes('session') === true ? { status: 200, body: SESSION } : { status: 200 },
    )
    const { store, sent } = openWatched(endpoint, { bucket: 'b--usw2-az1--x-s3', forcePathStyle: false })
    await store.get('a')
    expect(sent.map(outlineOf)).toEqual(['CreateSession 200', 'GetObject 200'])
  })

  it('is told of the settings of the bucket as well', async () => {
    const { endpoint } = await openAnsweringServer(() => ({ status: 200, body: '<LocationConstraint/>' }))
    const sent: SentRequest[] = []
    const place = { bucket: 'test', region: 'us-east-1', forcePathStyle: true, endpoint }
    await openBucketSettings(place, (request) => sent.push(request)).location()
    expect(sent.map(outlineOf)).toEqual(['GetBucketLocation 200'])
  })

  it('is none where a URL is signed for somebody else', async () => {
    const { endpoint } = await openAnsweringServer(() => ({ status: 200 }))
    const { store, sent } = openWatched(endpoint)
    expect(await store.presign?.('a', { expiresInSeconds: 60 })).toContain('X-Amz-Signature')
    expect(sent).toEqual([])
  })
})

describe('a request without an answer', () => {
  it('is told without a status when it is given up on the way', async () => {
    const { endpoint, heard } = await openSilentServer()
    const { store, sent } = openWatched(endpoint)
    const given = new AbortController()
    const { signal } = given
    const calls = [
      store.get('a', { signal }),
      store.put('b', Buffer.from('x'), { signal }),
      store.head('c', { signal }),
    ]
    const outcomes = Promise.allSettled(calls)
    await vi.waitFor(() => expect(heard()).toBe(3))
    expect(sent).toEqual([])
    given.abort()
    await outcomes
    expect(sent.map(outlineOf).toSorted()).toEqual([
      'GetObject undefined',
      'HeadObject undefined',
      'PutObject undefined',
    ])
  })

  it('is none when it is given up before it is sent', async () => {
    const { endpoint, heard } = await openSilentServer()
    for (const presignedReads of [true, false]) {
      const { store, sent } = openWatched(endpoint, { presignedReads })
      const signal = AbortSignal.abort()
      await expect(store.get('a', { signal })).rejects.toThrow('was aborted')
      await expect(store.put('b', Buffer.from('x'), { signal })).rejects.toThrow('was aborted')
      expect(sent).toEqual([])
    }
    expect(heard()).toBe(0)
  })

  it('is told where nobody takes the connection', async () => {
    const s3 = await startLocalS3()
    await s3.close()
    useCredentials()
    const { store, sent } = openWatched(s3.url)
    await expect(store.get('a')).rejects.toThrow('got no answer')
    await expect(store.put('b', Buffer.from('x'))).rejects.toThrow('got no answer')
    expect(sent.map(outlineOf)).toEqual(['GetObject undefined', 'PutObject undefined'])
  })
})
