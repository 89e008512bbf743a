import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { type Answer, errorXml, openAnsweringServer, useCredentials } from '../../../test/answering-server.ts'
import { openS3Store } from '../../../test/open-s3-store.ts'
import type { ObjectStore } from './object-store.ts'
import { createPresignedUrls } from './presigned-urls.ts'
import { connectS3 } from './s3-connection.ts'
import { watchSigner } from './s3-signer.ts'

/** The region that a request is signed for, in its URL or its header. */
const regionOf = ({ url = '', headers: { authorization = '' } }: IncomingMessage): string | undefined =>
  /Credential=[^/]+\/\d+\/([^/]+)\//.exec(decodeURIComponent(url) + authorization)?.[1]

const LISTING = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>'

/** A store whose bucket is in eu-west-1, and which is told us-east-1; `refusal` is how its server says so. */
async function openElsewhere(refusal: (request: IncomingMessage) => Answer) {
  const { endpoint, requests } = await openAnsweringServer((request) => {
    if (regionOf(request) !== 'eu-west-1') return refusal(request)
    return { status: 200, headers: { etag: '"1"' }, body: request.url?.includes('list-type') ? LISTING : '' }
  })
  const store = openS3Store({ endpoint })
  return { store, requests, regions: () => requests.map(regionOf) }
}

const movedByHeader = (): Answer => ({
  status: 301,
  headers: { 'x-amz-bucket-region': 'eu-west-1' },
  body: errorXml('PermanentRedirect'),
})

/** Each operation of a store once. */
const operations = (store: ObjectStore): (() => Promise<unknown>)[] => [
  () => store.get('k'),
  () => store.head('k'),
  () => store.list('k'),
  () => store.put('k', Buffer.from('x')),
  () => store.delete('k'),
  () => store.deleteMany(['k']),
]

describe('a bucket in another region', () => {
  it('is found by the first answer, whatever the operation, and asked there ever after', async () => {
    const { endpoint, requests } = await openAnsweringServer((request) =>
      regionOf(request) === 'eu-west-1' ? { status: 200, body: LISTING } : movedByHeader(),
    )
    for (let first = 0; first < 6; first++) {
      const before = requests.length
      const all = operations(openS3Store({ endpoint }))
      await all.at(first)?.()
      await all.at(first - 1)?.()
      expect(requests.slice(before).map(regionOf)).toEqual(['us-east-1', 'eu-west-1', 'eu-west-1'])
    }
  })

  it('is found by the header, the document or the host that the answer names', async () => {
    const expectFollowed = async (answer: Answer): Promise<void> => {
      const { store, regions } = await openElsewhere(() => answer)
      expect(await store.get('k')).toMatchObject({ kind: 'found' })
      await store.get('other')
      expect(regions()).toEqual(['us-east-1', 'eu-west-1', 'eu-west-1'])
    }
    await expectFollowed(movedByHeader())
    const Region = 'eu-west-1'
    await expectFollowed({ status: 400, body: errorXml('AuthorizationQueryParametersError', { Region }) })
    await expectFollowed({ status: 400, body: errorXml('AuthorizationHeaderMalformed', { Region }) })
    const Endpoint = 'test.s3-eu-west-1.amazonaws.com'
    await expectFollowed({ status: 301, body: errorXml('PermanentRedirect', { Endpoint }) })
    const location = 'https://test.s3.eu-west-1.amazonaws.com/k?rk=1'
    await expectFollowed({ status: 307, headers: { location }, body: errorXml('TemporaryRedirect') })
  })

  it('is found also where the SDK reads, and for writes by the document alone', async () => {
    const { endpoint, requests } = await openAnsweringServer((request) =>
      regionOf(request) === 'eu-west-1'
        ? { status: 200 }
        : { status: 400, body: errorXml('AuthorizationHeaderMalformed', { Region: 'eu-west-1' }) },
    )
    await openS3Store({ endpoint, presignedReads: false }).get('k')
    await openS3Store({ endpoint }).put('k', Buffer.from('x'))
    expect(requests.map(regionOf)).toEqual(['us-east-1', 'eu-west-1', 'us-east-1', 'eu-west-1'])
  })

  it('is found by many requests at once', async () => {
    const { store } = await openElsewhere(movedByHeader)
    const rounds = Array.from({ length: 5 }, () => operations(store))
    await Promise.all(rounds.flat().map((operation) => operation()))
  })

  it('has all its URLs signed anew', async () => {
    let region = 'us-east-1'
    const { endpoint, requests } = await openAnsweringServer((request) =>
      regionOf(request) === region ? { status: 200 } : movedByHeader(),
    )
    const store = openS3Store({ endpoint })
    await Promise.all([store.get('a'), store.get('b')])
    expect(store.stats()).toEqual({ presignedUrls: 2 })
    region = 'eu-west-1'
    await store.get('a')
    expect(store.stats()).toEqual({ presignedUrls: 1 })
    await store.get('b')
    expect(requests.map(regionOf)).toEqual(['us-east-1', 'us-east-1', 'us-east-1', 'eu-west-1', 'eu-west-1'])
  })
})

describe('a redirect', () => {
  it('is followed once: a bucket that is nowhere costs two requests an operation', async () => {
    const { endpoint, requests } = await openAnsweringServer((request) => ({
      status: 301,
      headers: { 'x-amz-bucket-region': regionOf(request) === 'eu-west-1' ? 'us-east-1' : 'eu-west-1' },
      body: errorXml('PermanentRedirect'),
    }))
    const redirected = { code: 'ERR_OBJECT_STORE_FAILED', isTransient: false }
    for (const operation of operations(openS3Store({ endpoint }))) {
      const before = requests.length
      await expect(operation()).rejects.toMatchObject(redirected)
      expect(requests.length - before).toBe(2)
    }
  })

  it('is not followed when it names the region that was asked, none, or none that could be', async () => {
    const expectOneRequest = async (answer: Answer): Promise<void> => {
      const { store, requests } = await openElsewhere(() => answer)
      await expect(store.get('k')).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_FAILED' })
      expect(requests).toHaveLength(1)
    }
    const naming = (region: string): Answer => ({ ...movedByHeader(), headers: { 'x-amz-bucket-region': region } })
    await expectOneRequest(naming('us-east-1'))
    await expectOneRequest(naming('evil.test/'))
    await expectOneRequest({ status: 301 })
    const location = 'https://s3-external-1.amazonaws.com/test/k'
    await expectOneRequest({ status: 307, headers: { location } })
  })

  it('never leads to another host than the endpoint that was set', async () => {
    const other = await openAnsweringServer(() => ({ status: 200 }))
    const location = `${other.endpoint}/test/k`
    const { store, requests } = await openElsewhere(() => ({ status: 307, headers: { location } }))
    const outcomes = await Promise.allSettled(operations(store).map((operation) => operation()))
    expect(outcomes.map(({ status }) => status)).toEqual(Array(6).fill('rejected'))
    expect(requests).toHaveLength(6)
    expect(other.requests).toHaveLength(0)
  })
})

it("moves to the region's own host where no endpoint was set, in both styles", async () => {
  useCredentials()
  const originAfterRedirect = async (forcePathStyle: boolean): Promise<string> => {
    const connection = connectS3({ bucket: 'test', region: 'us-east-1', forcePathStyle })
    const urls = createPresignedUrls(connection)
    const currentSigner = watchSigner(connection.client)
    const tried: string[] = []
    return await connection.attempt('get', 'k', undefined, async () => {
      const { origin, path } = (await urls.get('k', await currentSigner())).url
      tried.push(origin + path.slice(0, path.indexOf('?')))
      if (tried.length > 1) return tried.join(' ')
      throw Object.assign(new Error(''), { $metadata: { httpStatusCode: 301 }, Region: 'eu-west-1' })
    })
  }
  expect(await originAfterRedirect(false)).toBe(
    'https://test.s3.us-east-1.amazonaws.com/k https://test.s3.eu-west-1.amazonaws.com/k',
  )
  expect(await originAfterRedirect(true)).toBe(
    'https://s3.us-east-1.amazonaws.com/test/k https://s3.eu-west-1.amazonaws.com/test/k',
  )
})
