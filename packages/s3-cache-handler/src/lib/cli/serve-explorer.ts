import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf } from '../errors.ts'
import { answer } from '../explorer/answer.ts'
import { failuresOf } from '../explorer/failures.ts'
import { plainResponse } from '../explorer/responses.ts'
import { MAX_FORM_BYTES } from '../explorer/submit.ts'
import type { ExploredCache } from '../explorer/visit.ts'

/** Nobody but this machine reaches it. */
const LOOPBACK = '127.0.0.1'
const SECRET_BYTES = 24

export interface ExplorerServer {
  /** Whoever has it may see and delete what is cached. */
  readonly url: string
  close(): Promise<void>
}

/**
 * The explorer for who sits at this machine. Its address holds a secret, because other users and whatever page they have
 * open reach the port, too; a name that somebody else's DNS points here is not answered.
 * @param port 0 for any that is free
 */
export async function serveExplorer(open: ExploredCache, port: number): Promise<ExplorerServer> {
  const path = `/${randomBytes(SECRET_BYTES).toString('base64url')}/`
  const server = createServer((incoming, outgoing) => {
    void handle(incoming, outgoing).catch((error: unknown) => {
      open.logger.error(`A request of the explorer failed: ${messageOf(error)}`)
      outgoing.destroy()
    })
  })
  server.listen(port, LOOPBACK)
  await once(server, 'listening')
  const { port: bound } = server.address() as AddressInfo
  const hosts = [`${LOOPBACK}:${bound}`, `localhost:${bound}`]
  const isLetIn = ({ headers, url = '' }: IncomingMessage): boolean =>
    hosts.includes(headers.host ?? '') && isSame(url.split('?', 1)[0] ?? '', path)
  const parts = {
    // Asked before the body is read.
    authorize: () => true,
    open: () => Promise.resolve(open),
    isInstance: false,
    failures: failuresOf(() => open),
  }
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    if (!isLetIn(incoming)) return await send(plainResponse(403, 'Forbidden'), outgoing)
    const body = await bodyOf(incoming)
    if (body === undefined) return await send(plainResponse(413, 'Content too large'), outgoing)
    await send(await answer(parts, requestOf(incoming, body, `http://${LOOPBACK}:${bound}`)), outgoing)
  }
  return {
    url: `http://${LOOPBACK}:${bound}${path}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function isSame(text: string, other: string): boolean {
  const [one, two] = [Buffer.from(text), Buffer.from(other)]
  return one.length === two.length && timingSafeEqual(one, two)
}

function requestOf({ method = 'GET', url = '/', headers }: IncomingMessage, body: Buffer, origin: string): Request {
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const entries = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  )
  return new Request(origin + url, { method, headers: entries, ...(hasBody && { body: new Uint8Array(body) }) })
}

/** Undefined where it is longer than any form of ours; then the rest of it is read, and forgotten, so that the answer arrives. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= MAX_FORM_BYTES) chunks.push(chunk)
  }
  return length > MAX_FORM_BYTES ? undefined : Buffer.concat(chunks)
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) outgoing.setHeader(name, value)
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}
