import { createServer as createHttpServer, type IncomingMessage, type Server as HttpServer } from 'node:http'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { errorXml } from '../../../test/answering-server.ts'
import { openS3Store } from '../../../test/open-s3-store.ts'
import { isExternal, localS3, openS3Endpoint, skipWhenExternal, type S3Endpoint } from '../../../test/s3-endpoint.ts'
import { skipFor } from './conformance/subject.ts'
import { createS3ObjectStore } from './s3-store.ts'

const MINUTE_MS = 60_000

const listening = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })

/** The SDK asks again for credentials that end within five minutes, in the background as long as they last. */
const endingIn = (ms: number): string => new Date(Date.now() + ms).toISOString()

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

describe('against a server that tells what it is asked', () => {
  let server: HttpServer
  let endpoint: string
  let requests: { url: string; ifNoneMatch: string | undefined }[]
  let answer: (
    request: IncomingMessage,
  ) => { status: number; headers: Record<string, string>; body: string } | undefined

  beforeEach(async () => {
    vi.stubEnv('AWS_PROFILE', undefined)
    vi.stubEnv('AWS_SESSION_TOKEN', undefined)
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local-secret')
    requests = []
    answer = () => undefined
    server = createHttpServer((request, response) => {
      requests.push({ url: request.url ?? '', ifNoneMatch: request.headers['if-none-match'] })
      const { status, headers, body } = answer(request) ?? { status: 200, headers: { etag: '"1"' }, body: 'body' }
      response.writeHead(status, headers).end(body)
    })
    endpoint = await listening(server)
  })
  afterEach(() => {
    server.close()
    server.closeAllConnections()
  })

  const urls = (): string[] => requests.map(({ url }) => url)

  it('signs a URL once a key, and uses it again', async () => {
    // A URL signed anew in the same second would be the same.
    vi.useFakeTimers({ toFake: ['Date'] })
    const store = openS3Store({ endpoint })
    await store.get('a')
    await store.get('b')
    vi.setSystemTime(Date.now() + MINUTE_MS)
    await store.get('a', { ifNoneMatch: '"1"' })
    expect(new Set(urls()).size).toBe(2)
    expect(urls()[0]).toBe(urls()[2])
    expect(urls()[0]).toMatch(/^\/test\/a\?.*X-Amz-Expires=3600/)
    expect(requests[2]?.ifNoneMatch).toBe('"1"')
  })

  it('asks for the expected owner in the URL', async () => {
    await openS3Store({ endpoint, expectedBucketOwner: '123456789012' }).get('a')
    expect(urls()[0]).toMatch(/x-amz-expected-bucket-owner=123456789012/i)
  })

  it('signs anew when the credentials have changed in any part', async () => {
    vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', endingIn(4 * MINUTE_MS))
    const store = openS3Store({ endpoint })
    const nextUrl = (): Promise<string> =>
      vi.waitFor(async () => {
        const known = new Set(urls())
        await store.get('a')
        expect(known).not.toContain(urls().at(-1))
        return urls().at(-1) ?? ''
      })
    expect(await nextUrl()).toContain('X-Amz-Credential=local%2F')
    await store.get('a')
    expect(new Set(urls()).size).toBe(1)
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'other')
    expect(await nextUrl()).toContain('X-Amz-Credential=other%2F')
    vi.stubEnv('AWS_SESSION_TOKEN', 'token')
    expect(await nextUrl()).toContain('X-Amz-Security-Token=token')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'rotated')
    await nextUrl()
    expect(new Set(urls()).size).toBe(4)
  })

  it('signs by the clock of the store once a refused write has told it', async () => {
    const date = new Date(Date.now() + 120 * MINUTE_MS)
    const xml = '<Error><Code>RequestTimeTooSkewed</Code></Error>'
    answer = ({ method }) =>
      method === 'PUT' ? { status: 403, headers: { date: date.toUTCString() }, body: xml } : undefined
    const store = openS3Store({ endpoint })
    await store.get('a')
    await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject({ storeCode: 'RequestTimeTooSkewed' })
    await store.get('a')
    const hour = date.toISOString().replace(/[-:]/g, '').slice(0, 11)
    expect(urls().at(-1)).toContain(`X-Amz-Date=${hour}`)
    expect(urls().at(0)).not.toContain(`X-Amz-Date=${hour}`)
  })

  it('keeps its URLs over writes and lists, each of which tells the time of the store anew', async () => {
    const store = openS3Store({ endpoint })
    await store.get('a')
    await store.get('b')
    await store.put('c', Buffer.from('x'))
    await store.delete('c')
    await store.get('a')
    expect(store.stats()).toEqual({ presignedUrls: 2 })
  })

  it('takes the refusal of a URL that a wrong clock has signed for an outage, not for a missing object', async () => {
    const store = openS3Store({ endpoint })
    await store.get('a')
    const expectOutage = async (message: string): Promise<void> => {
      answer = () => ({ status: 403, headers: {}, body: errorXml('AccessDenied', { Message: message }) })
      const outage = { storeCode: 'RequestTimeTooSkewed', isOutage: true }
      await expect(store.get('a', { absentIfDenied: true })).rejects.toMatchObject(outage)
    }
    await expectOutage('Request has expired')
    await expectOutage('Request is not yet valid')
    await expectOutage('Request is not valid yet.')
  })

  it('takes a refusal for no wrong clock because of what its key is called', async () => {
    const store = openS3Store({ endpoint })
    await store.get('a')
    const Key = 'page//Request has expired/not yet valid'
    const elements = { Message: `Access Denied for ${Key}`, Key, Resource: `/test/${Key}` }
    answer = () => ({ status: 403, headers: {}, body: errorXml('AccessDenied', elements) })
    await expect(store.get(Key)).rejects.toMatchObject({ storeCode: 'AccessDenied', isOutage: false })
    expect(await store.get(Key, { absentIfDenied: true })).toEqual({ kind: 'absent', wasDenied: true })
  })

  /** Refuses each URL that was asked for before, as a policy does that allows a signature no age; no key in `missing`. */
  function refuseUsed(missing: string[] = []): void {
    const used = new Set<string>()
    answer = ({ url = '', method }) => {
      const isDenied = method === 'GET' && (used.has(url) || missing.some((key) => url.startsWith(`/test/${key}?`)))
      used.add(url)
      return isDenied ? { status: 403, headers: {}, body: errorXml('AccessDenied') } : undefined
    }
  }

  it('asks once more with a new URL when one that was kept is refused', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    refuseUsed()
    const store = openS3Store({ endpoint })
    for (let read = 0; read < 3; read++) {
      expect(await store.get('k', { absentIfDenied: true })).toMatchObject({ kind: 'found' })
      vi.setSystemTime(Date.now() + 1000)
    }
    expect(requests).toHaveLength(5)
    expect(store.stats()).toEqual({ presignedUrls: 1 })
  })

  it('believes a refusal of a URL that it has just signed, and keeps no such URL', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const missing: string[] = []
    refuseUsed(missing)
    const store = openS3Store({ endpoint })
    await store.get('k')
    missing.push('k', 'other')
    vi.setSystemTime(Date.now() + 1000)
    expect(await store.get('k', { absentIfDenied: true })).toEqual({ kind: 'absent', wasDenied: true })
    expect(await store.get('other', { absentIfDenied: true })).toEqual({ kind: 'absent', wasDenied: true })
    expect(requests).toHaveLength(4)
    expect(store.stats()).toEqual({ presignedUrls: 0 })
  })

  it('asks once where the object is missing or the store is busy, and keeps the URL', async () => {
    const store = openS3Store({ endpoint })
    await store.get('k')
    const expectOneRequest = async (status: number, code: string): Promise<void> => {
      answer = () => ({ status, headers: {}, body: errorXml(code) })
      const before = requests.length
      await store.get('k').catch(() => {})
      expect(requests.length - before).toBe(1)
    }
    await expectOneRequest(404, 'NoSuchKey')
    await expectOneRequest(429, 'TooManyRequests')
    await expectOneRequest(503, 'SlowDown')
    expect(store.stats()).toEqual({ presignedUrls: 1 })
  })

  it('keeps no URL beyond the end of its credentials', async () => {
    vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', endingIn(30_000))
    vi.useFakeTimers({ toFake: ['Date'] })
    const store = openS3Store({ endpoint })
    await store.get('a')
    vi.setSystemTime(Date.now() + 1000)
    await store.get('a')
    expect(new Set(urls()).size).toBe(2)
    expect(store.stats()).toEqual({ presignedUrls: 0 })
  })

  it('keeps URLs again once the same credentials last longer', async () => {
    vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', endingIn(30_000))
    const store = openS3Store({ endpoint })
    await store.get('a')
    vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', endingIn(4 * MINUTE_MS))
    await vi.waitFor(async () => {
      await store.get('a')
      expect(store.stats()).toEqual({ presignedUrls: 1 })
    })
  })
})

describe('against an S3 server', () => {
  let s3: S3Endpoint

  beforeEach(async () => {
    s3 = await openS3Endpoint('presigned-reader')
  })
  afterEach(() => s3.close())

  it('follows credentials that are rotated in the environment', async (context) => {
    // Not every server checks them.
    skipWhenExternal(context, 'credentials')
    vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', endingIn(4 * MINUTE_MS))
    const { store } = s3
    await store.put('k', Buffer.from('x'))
    expect(await store.get('k')).toMatchObject({ kind: 'found' })
    // The SDK refreshes in the background, so the first answers still come by the old credentials.
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'revoked')
    await vi.waitFor(() => expect(store.get('k')).rejects.toMatchObject({ storeCode: 'InvalidAccessKeyId' }))
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
    await vi.waitFor(async () => expect(await store.get('k')).toMatchObject({ kind: 'found' }))
  })

  it('takes "access denied" for a missing object once these credentials have read one, where asked to', async (context) => {
    const { faults } = localS3(context, s3, 'faults')
    const { store } = s3
    await store.put('k', Buffer.from('x'))
    faults.add({ fault: { kind: 'status', status: 403 }, operation: 'GetObject', keyPattern: 'none' })
    const denied = { storeCode: 'AccessDenied', isOutage: false }
    await expect(store.get('none', { absentIfDenied: true })).rejects.toMatchObject(denied)
    await store.get('k')
    expect(await store.get('none', { absentIfDenied: true })).toMatchObject({ kind: 'absent' })
    await expect(store.get('none')).rejects.toMatchObject(denied)
  })

  it('renews a URL before it ends, also when the machine stood still meanwhile', async (context) => {
    skipWhenExternal(context, 'clock')
    vi.useFakeTimers({ toFake: ['Date'] })
    const store = createS3ObjectStore(s3.storeOptions)
    await store.put('k', Buffer.from('x'))
    for (let minute = 0; minute < 130; minute += 10) {
      expect(await store.get('k')).toMatchObject({ kind: 'found' })
      vi.setSystemTime(Date.now() + 10 * MINUTE_MS)
    }
    vi.setSystemTime(Date.now() + 600 * MINUTE_MS)
    expect(await store.get('k')).toMatchObject({ kind: 'found' })
  })

  it('reads keys with dots between their slashes, which a URL parser would resolve', async (context) => {
    const { store } = s3
    const put = (name: string, body: string): Promise<unknown> => store.put(s3.prefix + name, Buffer.from(body))
    const refused = await Promise.all([put('a/../b', 'up'), put('./c/./d', 'here')]).then(
      () => undefined,
      (error: Error) => error,
    )
    // So does MinIO.
    if (refused !== undefined && isExternal) skipFor(context, `the server takes no such keys: ${refused.message}`)
    expect(refused).toBeUndefined()
    expect(await store.get(`${s3.prefix}a/../b`)).toMatchObject({ kind: 'found', body: Buffer.from('up') })
    expect(await store.get(`${s3.prefix}./c/./d`)).toMatchObject({ kind: 'found', body: Buffer.from('here') })
  })

  it('tells the time of the store', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000
    const { store } = s3
    await store.put(`${s3.prefix}k`, Buffer.from('x'))
    const found = await store.get(`${s3.prefix}k`)
    const absent = await store.get(`${s3.prefix}none`)
    expect(found.date).toBeGreaterThanOrEqual(before)
    expect(absent.date).toBeGreaterThanOrEqual(before)
    expect(found).toMatchObject({ kind: 'found', lastModified: expect.any(Number) })
  })

  it('keeps to a bounded number of connections, and uses them again', async (context) => {
    const { port, requests } = localS3(context, s3, 'request counter')
    let connections = 0
    const proxy = createServer((socket) => {
      connections++
      const target = connect(port, '127.0.0.1')
      socket.pipe(target).pipe(socket)
      socket.on('error', () => target.destroy())
      target.on('error', () => socket.destroy())
    })
    const store = openS3Store({ endpoint: await listening(proxy) })
    await s3.store.put('k', Buffer.from('x'))
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: 300 }, () => store.get('k')))
    }
    expect(requests.count({ operation: 'GetObject' })).toBe(1500)
    expect(connections).toBeGreaterThan(1)
    expect(connections).toBeLessThanOrEqual(64)
    proxy.close()
  })
})
