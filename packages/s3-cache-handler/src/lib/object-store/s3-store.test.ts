import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { startLocalS3, type LocalS3 } from '../../../../local-s3/src/index.ts'
import { capabilitiesOf, openS3Endpoint, skipWhenExternal } from '../../../test/s3-endpoint.ts'
import { openS3Store } from '../../../test/open-s3-store.ts'
import { describeObjectStore } from './describe-object-store.ts'
import type { ObjectStoreError } from './object-store-error.ts'
import type { ObjectStore } from './object-store.ts'
import { createS3ObjectStore, type S3StoreOptions } from './s3-store.ts'

/** The SDK's default chain reads the environment when a store is first used. */
function useCredentials(accessKeyId: string | undefined, secretAccessKey: string | undefined): void {
  vi.stubEnv('AWS_PROFILE', undefined)
  vi.stubEnv('AWS_SESSION_TOKEN', undefined)
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey)
}

const opened = await openS3Endpoint('s3-store')
// Before the tests are there: which of them run depends on it.
describeObjectStore('the S3 store', async () => opened, await capabilitiesOf(opened))

const openedForSdk = await openS3Endpoint('s3-store-sdk')
describeObjectStore(
  'the S3 store without presigned reads',
  async () => ({
    ...openedForSdk,
    store: createS3ObjectStore({ ...openedForSdk.storeOptions, presignedReads: false }),
  }),
  await capabilitiesOf(openedForSdk),
)

describe('the S3 store, when something is wrong', () => describeFailures(true))
describe('the S3 store without presigned reads, when something is wrong', () => describeFailures(false))

function describeFailures(presignedReads: boolean): void {
  const open = (options: Partial<S3StoreOptions>): ObjectStore => openS3Store({ presignedReads, ...options })
  let s3: LocalS3
  let store: ObjectStore

  beforeAll(async () => {
    s3 = await startLocalS3({ buckets: ['test'] })
  })
  beforeEach((context) => {
    skipWhenExternal(context, 'faults')
    useCredentials('local', 'local-secret')
    store = open({ endpoint: s3.url })
  })
  afterEach(() => {
    s3.faults.clear()
    vi.unstubAllEnvs()
  })
  afterAll(() => s3.close())

  /** What every operation of a store fails with, by its name. */
  async function failuresOf(failing: ObjectStore): Promise<Record<keyof ObjectStore, ObjectStoreError>> {
    const failure = (result: Promise<unknown>): Promise<ObjectStoreError> =>
      result.then(
        (value) => Promise.reject(new Error(`did not fail, but answered ${inspect(value)}`)),
        (error: ObjectStoreError) => error,
      )
    return {
      get: await failure(failing.get('k')),
      head: await failure(failing.head('k')),
      list: await failure(failing.list('k')),
      put: await failure(failing.put('k', Buffer.from('some bytes'))),
      delete: await failure(failing.delete('k')),
      deleteMany: await failure(failing.deleteMany(['k'])),
    }
  }

  function expectAll(failures: Record<string, ObjectStoreError>, expected: object): void {
    for (const [operation, error] of Object.entries(failures)) {
      expect(error).toMatchObject({ name: 'ObjectStoreError', operation, key: 'k', ...expected })
      expect(error.message).toContain(`Object store ${operation} "k"`)
    }
  }

  it('says that access is denied, and why, when the secret is wrong', async () => {
    useCredentials('local', 'wrong')
    const { head, ...failures } = await failuresOf(open({ endpoint: s3.url }))
    expectAll(failures, {
      code: 'ERR_OBJECT_STORE_DENIED',
      storeCode: 'SignatureDoesNotMatch',
      isOutage: true,
      isTransient: false,
    })
    expectAll({ head }, { code: 'ERR_OBJECT_STORE_DENIED', isTransient: false })
  })

  it('says that access is denied, and why, when the key is unknown', async () => {
    useCredentials('other', 'local-secret')
    const { head, ...failures } = await failuresOf(open({ endpoint: s3.url }))
    expectAll(failures, { code: 'ERR_OBJECT_STORE_DENIED', storeCode: 'InvalidAccessKeyId', isOutage: true })
    expectAll({ head }, { code: 'ERR_OBJECT_STORE_DENIED' })
  })

  it('says that there are no credentials when none are found', async () => {
    useCredentials(undefined, undefined)
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent/credentials')
    vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent/config')
    const failures = await failuresOf(open({ endpoint: s3.url }))
    expectAll(failures, { code: 'ERR_OBJECT_STORE_DENIED', isOutage: true, isTransient: false })
    expect(failures.get.message).toContain('has no credentials')
  })

  it('never takes an unknown bucket for an absent object', async () => {
    const unknown = open({ endpoint: s3.url, bucket: 'unknown' })
    const no = { code: 'ERR_OBJECT_STORE_NO_BUCKET', storeCode: 'NoSuchBucket', isOutage: true }
    await expect(unknown.get('k')).rejects.toMatchObject(no)
    await expect(unknown.get('k', { ifNoneMatch: '"1"' })).rejects.toMatchObject(no)
    await expect(unknown.list('k')).rejects.toMatchObject(no)
    await expect(unknown.put('k', Buffer.from('x'))).rejects.toMatchObject(no)
    await expect(unknown.put('k', Buffer.from('x'), { ifMatch: '"1"' })).rejects.toMatchObject(no)
    await expect(unknown.delete('k')).rejects.toMatchObject(no)
    await expect(unknown.deleteMany(['k'])).rejects.toMatchObject(no)
  })

  it('says that nothing answers when the connection is refused', async () => {
    const gone = await startLocalS3()
    await gone.close()
    expectAll(await failuresOf(open({ endpoint: gone.url })), {
      code: 'ERR_OBJECT_STORE_UNREACHABLE',
      isOutage: true,
      isTransient: true,
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('says so when the connection is closed before an answer', async () => {
    s3.faults.add({ fault: { kind: 'refuse' } })
    expectAll(await failuresOf(store), { code: 'ERR_OBJECT_STORE_UNREACHABLE', isTransient: true })
  })

  it('never gives out a part of a body when the connection breaks in its middle', async () => {
    await store.put('k', Buffer.alloc(3_000_000, 'x'))
    s3.faults.add({ fault: { kind: 'reset' } })
    expectAll(await failuresOf(store), { code: 'ERR_OBJECT_STORE_UNREACHABLE', isTransient: true })
  })

  it('never takes a refusal that breaks off in its middle for an absent object', async () => {
    s3.faults.add({ fault: { kind: 'reset' } })
    const unknown = open({ endpoint: s3.url, bucket: 'unknown' })
    await expect(unknown.get('k')).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_UNREACHABLE' })
    await expect(unknown.delete('k')).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_UNREACHABLE' })
  })

  it('says that the store is busy when it answers 503 or 500', async () => {
    const fault = s3.faults.add({ fault: { kind: 'status', status: 503 } })
    const { head, ...failures } = await failuresOf(store)
    expectAll(failures, { code: 'ERR_OBJECT_STORE_BUSY', storeCode: 'SlowDown', isOutage: true, isTransient: true })
    expectAll({ head }, { code: 'ERR_OBJECT_STORE_BUSY', storeCode: 'HTTP 503', isTransient: true })
    expect(fault.fired).toBe(6)
    s3.faults.clear()
    s3.faults.add({ fault: { kind: 'status', status: 500 } })
    expectAll(await failuresOf(store), { code: 'ERR_OBJECT_STORE_BUSY', isTransient: true })
  })

  it('does not repeat a request by itself', async () => {
    const fault = s3.faults.add({ fault: { kind: 'status', status: 503 } })
    await expect(store.list('k')).rejects.toThrow()
    await expect(store.put('k', Buffer.from('x'))).rejects.toThrow()
    expect(fault.fired).toBe(2)
  })

  it('does not call an AccessDenied an outage: without s3:ListBucket it stands for an absent object', async () => {
    s3.faults.add({ fault: { kind: 'status', status: 403 } })
    const { head, ...failures } = await failuresOf(store)
    expectAll(failures, { code: 'ERR_OBJECT_STORE_DENIED', storeCode: 'AccessDenied', isOutage: false })
    expectAll({ head }, { code: 'ERR_OBJECT_STORE_DENIED', storeCode: 'HTTP 403', isOutage: false, isTransient: false })
  })

  it('does not repeat what fails before it is sent', async () => {
    vi.stubEnv('AWS_REGION', undefined)
    vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent/config')
    expectAll(await failuresOf(open({ endpoint: s3.url, region: undefined })), {
      code: 'ERR_OBJECT_STORE_FAILED',
      isTransient: false,
      message: expect.stringContaining('Region is missing'),
    })
  })

  it('gives up a request under way when it is aborted, whatever the reason', async () => {
    s3.faults.add({ fault: { kind: 'hang' } })
    s3.requests.clear()
    const controller = new AbortController()
    const { signal } = controller
    const results = Promise.allSettled([
      store.get('k', { signal }),
      store.head('k', { signal }),
      store.list('k', { signal }),
      store.put('k', Buffer.from('x'), { signal }),
      store.delete('k', { signal }),
      store.deleteMany(['k'], { signal }),
    ])
    await vi.waitFor(() => expect(s3.requests.count()).toBe(6), { timeout: 10_000 })
    controller.abort(new Error('the visitor left'))
    const codes = (await results).map((result) => result.status === 'rejected' && result.reason.code)
    expect(codes).toEqual(Array(6).fill('ERR_OBJECT_STORE_ABORTED'))
  })

  it('tells which keys of a deleteMany are still there', async () => {
    const tooLong = 'x'.repeat(1025)
    await store.put('there', Buffer.from('x'))
    const { failed } = await store.deleteMany(['there', tooLong])
    expect(failed).toEqual([{ key: tooLong, reason: expect.stringMatching(/^KeyTooLong/) }])
    expect(await store.get('there')).toMatchObject({ kind: 'absent' })
  })

  it('never tells a signature: not in a message, a cause or anything else that an error shows', async () => {
    const gone = await startLocalS3()
    await gone.close()
    const shown: string[] = []
    const show = async (failing: ObjectStore): Promise<void> => {
      for (const error of Object.values(await failuresOf(failing))) shown.push(inspect(error, { depth: 20 }))
    }
    await show(open({ endpoint: gone.url }))
    await show(open({ endpoint: s3.url, bucket: 'un known' })).catch(() => {})
    s3.faults.add({ fault: { kind: 'reset' } })
    await show(store)
    s3.faults.clear()
    s3.faults.add({ fault: { kind: 'status', status: 403 } })
    await show(store)
    useCredentials('local', 'wrong')
    await show(open({ endpoint: s3.url }))
    expect(shown.length).toBeGreaterThanOrEqual(24)
    expect(shown.join('\n')).not.toMatch(/X-Amz-Signature|X-Amz-Credential|Signature=|local-secret/i)
  })
}

it('sends content type, encryption, storage class and the expected owner with what it writes', async () => {
  useCredentials('local', 'local-secret')
  const asked: IncomingMessage[] = []
  const server = createServer((message, response) => {
    asked.push(message)
    message.resume().once('end', () => response.writeHead(200, { etag: '"1"' }).end())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const store = openS3Store({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    encryption: 'aws:kms',
    kmsKeyId: 'key-1',
    storageClass: 'STANDARD_IA',
    expectedBucketOwner: '123456789012',
  })
  expect(await store.put('a/b', Buffer.from('x'), { contentType: 'text/x-test' })).toEqual({
    kind: 'stored',
    etag: '"1"',
  })
  expect(asked[0]).toMatchObject({ method: 'PUT', url: expect.stringMatching(/^\/test\/a\/b(\?|$)/) })
  expect(asked[0]?.headers).toMatchObject({
    'content-type': 'text/x-test',
    'content-length': '1',
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': 'key-1',
    'x-amz-storage-class': 'STANDARD_IA',
    'x-amz-expected-bucket-owner': '123456789012',
  })
  server.close()
  server.closeAllConnections()
})
