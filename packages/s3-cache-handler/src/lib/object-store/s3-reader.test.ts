import { expect, it } from 'vitest'
import { type Answer, errorXml, openAnsweringServer } from '../../../test/answering-server.ts'
import { openS3Store } from '../../../test/open-s3-store.ts'
import type { GetOptions } from './object-store.ts'
import { ObjectStoreError } from './object-store-error.ts'
import type { S3ObjectStore } from './s3-store.ts'

/** That of the server in all answers, so that no two differ by the second in which they were sent. */
const date = Math.floor(Date.now() / 1000) * 1000
const DATE = { date: new Date(date).toUTCString() }

/** What a read comes to, in values that can be compared. */
const outcome = (store: S3ObjectStore, options?: GetOptions): Promise<unknown> =>
  store.get('k', options).catch((error: unknown) => {
    if (!(error instanceof ObjectStoreError)) throw error
    const { code, storeCode, isTransient, isOutage } = error
    return { code, storeCode, isTransient, isOutage }
  })

/** Two stores on one server, which read in the two ways, and what both make of an answer: the test fails if they differ. */
async function openBoth() {
  let next: Answer = { status: 200 }
  const { endpoint, requests } = await openAnsweringServer(() => ({ ...next, headers: { ...DATE, ...next.headers } }))
  const presigned = openS3Store({ endpoint })
  const signedEach = openS3Store({ endpoint, presignedReads: false })
  return {
    requests,
    read: async (answer: Answer, options?: GetOptions): Promise<unknown> => {
      next = answer
      const result = await outcome(presigned, options)
      expect(await outcome(signedEach, options)).toEqual(result)
      return result
    },
  }
}

it('signs each read in a header instead of the URL where presigned reads are off', async () => {
  const { requests, read } = await openBoth()
  await read({ status: 200, body: 'x' })
  const [presigned, signed] = requests
  expect(presigned?.url).toMatch(/^\/test\/k\?.*X-Amz-Signature=/)
  expect(presigned?.headers.authorization).toBeUndefined()
  expect(signed?.url).toMatch(/^\/test\/k(\?x-id=GetObject)?$/)
  expect(signed?.headers.authorization).toContain('Signature=')
})

it('gives out body, ETag, times, content type and metadata alike', async () => {
  const { read } = await openBoth()
  const headers = {
    etag: '"1"',
    'last-modified': new Date(date - 60_000).toUTCString(),
    'content-type': 'text/x-test; charset=utf-8',
    'x-amz-meta-one': '1',
    'x-amz-meta-two-words': 'a b',
  }
  expect(await read({ status: 200, headers, body: 'body' })).toEqual({
    kind: 'found',
    key: 'k',
    body: Buffer.from('body'),
    size: 4,
    etag: '"1"',
    lastModified: date - 60_000,
    date,
    contentType: 'text/x-test; charset=utf-8',
    metadata: { one: '1', 'two-words': 'a b' },
  })
  expect(await read({ status: 200 })).toMatchObject({ size: 0, etag: '', lastModified: 0, metadata: {} })
})

it('asks on the same condition, and tells the time of an answer that has no object', async () => {
  const { read, requests } = await openBoth()
  expect(await read({ status: 304 }, { ifNoneMatch: '"1"' })).toEqual({ kind: 'not-modified', date })
  expect(requests.map(({ headers }) => headers['if-none-match'])).toEqual(['"1"', '"1"'])
  expect(await read({ status: 404, body: errorXml('NoSuchKey') })).toEqual({ kind: 'absent', date })
  expect(await read({ status: 404 })).toEqual({ kind: 'absent', date })
})

it('takes a denial for a missing object where asked to, once the same credentials have read one', async () => {
  const { read } = await openBoth()
  const denial = { status: 403, body: errorXml('AccessDenied') }
  const denied = { code: 'ERR_OBJECT_STORE_DENIED', storeCode: 'AccessDenied', isOutage: false }
  expect(await read(denial, { absentIfDenied: 'always' })).toEqual({ kind: 'absent', wasDenied: true })
  expect(await read(denial, { absentIfDenied: true })).toMatchObject(denied)
  await read({ status: 404, body: errorXml('NoSuchKey') })
  expect(await read(denial, { absentIfDenied: true })).toMatchObject(denied)
  await read({ status: 304 }, { ifNoneMatch: '"1"' })
  expect(await read(denial, { absentIfDenied: true })).toEqual({ kind: 'absent', wasDenied: true })
  expect(await read(denial)).toMatchObject(denied)
})

it('never takes another 403 for a missing object', async () => {
  const { read } = await openBoth()
  await read({ status: 200, body: 'x' })
  const refused = async (code: string): Promise<void> => {
    const failed = { code: 'ERR_OBJECT_STORE_DENIED', storeCode: code, isOutage: true }
    expect(await read({ status: 403, body: errorXml(code) }, { absentIfDenied: true })).toMatchObject(failed)
  }
  await refused('InvalidAccessKeyId')
  await refused('SignatureDoesNotMatch')
  await refused('ExpiredToken')
  await refused('RequestTimeTooSkewed')
})

it('fails with the same codes', async () => {
  const { read } = await openBoth()
  const failed = { code: 'ERR_OBJECT_STORE_FAILED', isTransient: false }
  const busy = { code: 'ERR_OBJECT_STORE_BUSY', isTransient: true }
  expect(await read({ status: 404, body: errorXml('NoSuchBucket') })).toMatchObject({
    code: 'ERR_OBJECT_STORE_NO_BUCKET',
  })
  expect(await read({ status: 503, body: errorXml('SlowDown') })).toMatchObject({ ...busy, storeCode: 'SlowDown' })
  expect(await read({ status: 500, body: errorXml('InternalError') })).toMatchObject(busy)
  expect(await read({ status: 500 })).toMatchObject({ ...busy, storeCode: 'HTTP 500' })
  expect(await read({ status: 501, body: errorXml('NotImplemented') })).toMatchObject(failed)
  expect(await read({ status: 400, body: errorXml('InvalidRequest') })).toMatchObject(failed)
  expect(await read({ status: 301, body: errorXml('PermanentRedirect') })).toMatchObject(failed)
  expect(await read({ status: 403 })).toMatchObject({ code: 'ERR_OBJECT_STORE_DENIED', storeCode: 'HTTP 403' })
})

it('gives up a body that is on its way when it is aborted', async () => {
  const controller = new AbortController()
  const { read } = await openBoth()
  const endless = { status: 200, headers: { 'content-length': '1000' }, body: 'x' }
  setTimeout(() => controller.abort(), 300)
  expect(await read(endless, { signal: controller.signal })).toMatchObject({ code: 'ERR_OBJECT_STORE_ABORTED' })
})
