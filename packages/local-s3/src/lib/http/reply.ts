import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorXml } from '../xml/error-xml.ts'
import { S3Error } from './errors.ts'

/** What an operation answers. The server adds `Date`, `x-amz-request-id` and `Content-Length`. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
  /** The first and last key that a listing or a bulk delete touched, for the request log. */
  readonly rangeOfKeys?: KeyRange
}

/** A span of keys and how many of them a request touched. */
export interface KeyRange {
  readonly first: string
  readonly last: string
  readonly count: number
}

/** The span of `keys`, in the order they were given; nothing for none. */
export function rangeOfKeys(keys: readonly string[]): { readonly rangeOfKeys?: KeyRange } {
  const [first] = keys
  const last = keys.at(-1)
  return first === undefined || last === undefined ? {} : { rangeOfKeys: { first, last, count: keys.length } }
}

/** An answer with an XML document. */
export function xmlReply(body: string, status = 200): Reply {
  return { status, headers: { 'content-type': 'application/xml' }, body }
}

/** Turns a failure into S3's XML error; what is not an `S3Error` is a defect of this server and goes to stderr. */
export function errorReply(error: unknown, resource: string, requestId: string): Reply {
  if (error instanceof S3Error) return xmlReply(errorXml(error, resource, requestId), error.status)
  console.error('local-s3: internal error', error)
  return xmlReply(errorXml(new S3Error('InternalError'), resource, requestId), 500)
}

/** The bytes of a reply's body. */
export function replyBody(reply: Reply): Uint8Array {
  return typeof reply.body === 'string' ? Buffer.from(reply.body) : (reply.body ?? new Uint8Array())
}

const DRIP_BYTES = 16

/** Writes a reply. The answer to HEAD keeps the headers of the body that it leaves out. */
export function sendReply(response: ServerResponse, reply: Reply, body: Uint8Array = replyBody(reply)): void {
  const content = contentOf(response, body)
  response.writeHead(reply.status, replyHeaders(reply, body))
  if (response.req.complete) {
    response.end(content)
    return
  }
  response.flushHeaders()
  response.write(content)
  endOnceReceived(response)
}

/** Writes the head at once and the body in pieces with a pause before each, until it ends or the client has left. */
export async function sendDrippingReply(
  response: ServerResponse,
  reply: Reply,
  pauseMs: number,
  body: Uint8Array = replyBody(reply),
): Promise<void> {
  const content = contentOf(response, body)
  response.writeHead(reply.status, replyHeaders(reply, body)).flushHeaders()
  for (let sent = 0; sent < content.length && !response.destroyed; sent += DRIP_BYTES) {
    await sleep(pauseMs, undefined, { ref: false })
    response.write(content.subarray(sent, sent + DRIP_BYTES))
  }
  endOnceReceived(response)
}

/** Writes the head and half of the body, then destroys the connection; all of it at once when there is no half. */
export function sendCutReply(response: ServerResponse, reply: Reply, body: Uint8Array = replyBody(reply)): void {
  const half = body.subarray(0, Math.floor(body.length / 2))
  if (half.length === 0 || response.req.method === 'HEAD') {
    response.destroy()
    return
  }
  response.writeHead(reply.status, replyHeaders(reply, body))
  response.write(half, () => response.destroy())
}

function contentOf({ req: message }: ServerResponse, body: Uint8Array): Uint8Array {
  return message.method === 'HEAD' ? new Uint8Array() : body
}

/**
 * An answer may come while the client is still sending; ending it could close the connection under the client's hands,
 * so the rest of the request is read and dropped first. The client need not wait for that: `Content-Length` tells it
 * that the answer is whole.
 */
function endOnceReceived(response: ServerResponse): void {
  const { req: message } = response
  const end = (): void => void response.end()
  if (message.complete) end()
  else message.once('end', end).once('close', end).resume()
}

function replyHeaders(reply: Reply, body: Uint8Array): Record<string, string | number> {
  const bodiless = reply.status === 204 || reply.status === 304
  return bodiless ? { ...reply.headers } : { 'content-length': body.length, ...reply.headers }
}
