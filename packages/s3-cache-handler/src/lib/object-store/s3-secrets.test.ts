import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
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
import { openS3Store } from '../../../test/open-s3-store.ts'
import type { ObjectStore } from './object-store.ts'
import type { ObjectStoreError } from './object-store-error.ts'

interface Asking {
  readonly timeoutMs?: number
  readonly presignedReads?: boolean
  readonly ask?: (store: ObjectStore, signal: AbortSignal) => Promise<unknown>
}

const get: NonNullable<Asking['ask']> = (store, signal) => store.get('k', { signal })

/** What an error would tell whoever logs it, in each way of logging. */
async function shown(
  endpoint: string,
  { timeoutMs = 5000, presignedReads = true, ask = get }: Asking = {},
): Promise<string> {
  const store = openS3Store({ endpoint, presignedReads })
  const error = await ask(store, AbortSignal.timeout(timeoutMs)).then(
    () => Promise.reject(new Error('The request did not fail')),
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

const shownOfSocket = async (
  answer: (socket: Socket, request: string) => void,
  timeoutMs: number = 5000,
): Promise<string> => await shown(`http://127.0.0.1:${(await openSocketServer(answer)).port}`, { timeoutMs })

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
  expectNoSecret(await shown(endpoint, { presignedReads: false }), 'ERR_OBJECT_STORE_UNREACHABLE')
})

it('tells no secret when the other end has no valid TLS', async () => {
  const { port } = await openSocketServer((socket) => socket.end('not TLS'))
  expectNoSecret(await shown(`https://127.0.0.1:${port}`), /ERR_SSL|EPROTO|wrong version/)
})

/** All that a request holds, signed in its URL or in its headers. */
const textOf = ({ url, headers }: IncomingMessage): string =>
  `${url} ${JSON.stringify(headers)}`.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** A server that refuses whatever it is asked, and repeats it wherever it can. */
const openRepeating = async (status: number, code: string): Promise<string> => {
  const { endpoint } = await openAnsweringServer((request) => {
    const text = textOf(request)
    const elements = { Message: text, AWSAccessKeyId: CREDENTIALS.AWS_ACCESS_KEY_ID, Region: text }
    return { status, headers: { location: text, 'x-amz-meta-url': text }, body: errorXml(code, elements) }
  })
  return endpoint
}

async function expectNoSecretInWordsThatRepeat(asking: Asking): Promise<void> {
  const refused = async (status: number, code: string): Promise<string> =>
    await shown(await openRepeating(status, code), asking)
  expectNoSecret(await refused(403, 'AccessDenied'), 'ERR_OBJECT_STORE_DENIED')
  expectNoSecret(await refused(403, 'SignatureDoesNotMatch'), 'SignatureDoesNotMatch')
  expectNoSecret(await refused(500, 'InternalError'), 'ERR_OBJECT_STORE_BUSY')
  expectNoSecret(await refused(404, 'NoSuchBucket'), 'ERR_OBJECT_STORE_NO_BUCKET')
  expectNoSecret(await refused(307, 'TemporaryRedirect'), '307 TemporaryRedirect')
}

it('tells no secret when a presigned read is refused in words that repeat it', async () => {
  await expectNoSecretInWordsThatRepeat({})
})

it('tells no secret when a request of the SDK is refused in words that repeat it', async () => {
  await expectNoSecretInWordsThatRepeat({ presignedReads: false })
  await expectNoSecretInWordsThatRepeat({ ask: (store, signal) => store.put('k', Buffer.from('x'), { signal }) })
  await expectNoSecretInWordsThatRepeat({ ask: (store, signal) => store.list('k', { signal }) })
})

it('tells no secret when even the code of the failure repeats the request', async () => {
  const { endpoint } = await openAnsweringServer(({ headers }) => ({
    status: 403,
    body: errorXml(`No token ${String(headers['x-amz-security-token'])}`),
  }))
  expectNoSecret(await shown(endpoint, { presignedReads: false }), 'HTTP 403')
})

it('tells no secret when the document is not an error of S3, but says so', async () => {
  const { endpoint } = await openAnsweringServer((request) => ({ status: 403, body: `<html>${textOf(request)}` }))
  expectNoSecret(await shown(endpoint, { presignedReads: false }), "HTTP 403, with a document that is not S3's")
})

it('tells no secret of what a deletion of many could not delete', async () => {
  const { endpoint } = await openAnsweringServer((request) => ({
    status: 200,
    body: `<DeleteResult><Error><Key>k</Key><Code>Refused</Code><Message>${textOf(request)}</Message></Error></DeleteResult>`,
  }))
  const store = openS3Store({ endpoint })
  expect(await store.deleteMany(['k'])).toEqual({ failed: [{ key: 'k', reason: 'Refused' }] })
})

it('tells no secret when redirects lead nowhere', async () => {
  const looping = await shownOfAnswer((url) => ({
    status: 301,
    headers: { location: url, 'x-amz-bucket-region': url.includes('us-east-1') ? 'eu-west-1' : 'us-east-1' },
    body: errorXml('PermanentRedirect'),
  }))
  expectNoSecret(looping, '301 PermanentRedirect')
})
