import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { inspect } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import {
  type Answer,
  CREDENTIALS,
  errorXml,
  openAnsweringServer,
  useCredentials,
} from '../../../test/answering-server.ts'
import type { ObjectStoreError } from './object-store-error.ts'
import { createS3ObjectStore } from './s3-store.ts'

/** What an error would tell whoever logs it, in each way of logging. */
async function shown(endpoint: string, timeoutMs: number = 5000, presignedReads: boolean = true): Promise<string> {
  const place = { bucket: 'test', endpoint, region: 'us-east-1', forcePathStyle: true }
  const store = createS3ObjectStore({ ...place, presignedReads })
  const error = await store.get('k', { signal: AbortSignal.timeout(timeoutMs) }).then(
    () => Promise.reject(new Error('The read did not fail')),
    (reason: ObjectStoreError) => reason,
  )
  const causes: unknown[] = []
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    causes.push(`${cause.message} ${cause.stack} ${JSON.stringify(cause)}`)
  }
  return [...causes, inspect(error, { depth: Infinity, showHidden: true, getters: true })].join('\n')
}

function expectNoSecret(text: string, expected: string | RegExp): void {
  expect(text).toMatch(expected)
  expect(text).not.toMatch(/X-Amz-|Signature=/i)
  for (const secret of Object.values(CREDENTIALS)) expect(text).not.toContain(secret)
}

/** A server of bare sockets: given each, and the text that it got. */
async function openSocketServer(answer: (socket: Socket, request: string) => void, server: Server = createServer()) {
  useCredentials()
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('data', (bytes) => answer(socket, bytes.toString()))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { port: (server.address() as AddressInfo).port }
}

const shownOfSocket = async (answer: (socket: Socket, request: string) => void, timeoutMs?: number): Promise<string> =>
  await shown(`http://127.0.0.1:${(await openSocketServer(answer)).port}`, timeoutMs)

const shownOfAnswer = async (answer: (url: string) => Answer): Promise<string> =>
  await shown((await openAnsweringServer(({ url = '' }) => answer(url))).endpoint)

it('tells no secret when nothing answers', async () => {
  const server = createServer()
  const { port } = await openSocketServer(() => {}, server)
  server.close()
  await once(server, 'close')
  expectNoSecret(await shown(`http://127.0.0.1:${port}`), 'ECONNREFUSED')
  expectNoSecret(await shown('http://nowhere.invalid'), /ENOTFOUND|EAI_AGAIN/)
})

it('tells no secret when the connection breaks or nothing comes', async () => {
  expectNoSecret(await shownOfSocket((socket) => socket.destroy()), 'ERR_OBJECT_STORE_UNREACHABLE')
  expectNoSecret(await shownOfSocket((socket) => socket.resetAndDestroy()), 'ERR_OBJECT_STORE_UNREACHABLE')
  const cut = (socket: Socket): void => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx')
  expectNoSecret(await shownOfSocket(cut), 'ERR_OBJECT_STORE_UNREACHABLE')
  expectNoSecret(await shownOfSocket(() => {}, 300), 'ERR_OBJECT_STORE_ABORTED')
})

it('tells no secret when the answer is no HTTP, and repeats the request', async () => {
  const { port } = await openSocketServer((socket, request) => socket.end(request))
  const endpoint = `http://127.0.0.1:${port}`
  expectNoSecret(await shown(endpoint), 'ERR_OBJECT_STORE_UNREACHABLE')
  expectNoSecret(await shown(endpoint, 5000, false), 'ERR_OBJECT_STORE_UNREACHABLE')
})

it('tells no secret when the other end has no valid TLS', async () => {
  const { port } = await openSocketServer((socket) => socket.end('not TLS'))
  expectNoSecret(await shown(`https://127.0.0.1:${port}`), /ERR_SSL|EPROTO|wrong version/)
})

it('tells no secret when the request is refused in words that repeat it', async () => {
  const echo = (code: string, url: string): string =>
    errorXml(code, {
      Message: url.replaceAll('&', '&amp;'),
      AWSAccessKeyId: CREDENTIALS.AWS_ACCESS_KEY_ID,
      Region: url,
    })
  const refused = (status: number, code: string): Promise<string> =>
    shownOfAnswer((url) => ({ status, headers: { location: url, 'x-amz-meta-url': url }, body: echo(code, url) }))
  expectNoSecret(await refused(403, 'AccessDenied'), 'ERR_OBJECT_STORE_DENIED')
  expectNoSecret(await refused(403, 'SignatureDoesNotMatch'), 'SignatureDoesNotMatch')
  expectNoSecret(await refused(500, 'InternalError'), 'ERR_OBJECT_STORE_BUSY')
  expectNoSecret(await refused(404, 'NoSuchBucket'), 'ERR_OBJECT_STORE_NO_BUCKET')
  expectNoSecret(await refused(307, 'TemporaryRedirect'), '307 TemporaryRedirect')
})

it('tells no secret when redirects lead nowhere', async () => {
  const looping = await shownOfAnswer((url) => ({
    status: 301,
    headers: { location: url, 'x-amz-bucket-region': url.includes('us-east-1') ? 'eu-west-1' : 'us-east-1' },
    body: errorXml('PermanentRedirect'),
  }))
  expectNoSecret(looping, '301 PermanentRedirect')
})
