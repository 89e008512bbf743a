import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf } from '../errors.ts'
import { answer } from '../explorer/answer.ts'
import { failuresOf } from '../explorer/failures.ts'
import type { ExploredCache } from '../explorer/visit.ts'

/** Nobody but this machine reaches it. */
const LOOPBACK = '127.0.0.1'
const SECRET_BYTES = 24
/** A form is small. */
const MAX_BODY_BYTES = 64 * 1024

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
  const parts = {
    authorize: ({ headers, url }: Request) =>
      hosts.includes(headers.get('host') ?? '') && isSame(new URL(url).pathname, path),
    open: () => Promise.resolve(open),
    isInstance: false,
    failures: failuresOf(() => open),
  }
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    await send(await answer(parts, await requestOf(incoming, `http://${LOOPBACK}:${bound}`)), outgoing)
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

async function requestOf(incoming: IncomingMessage, origin: string): Promise<Request> {
  const { method = 'GET', url = '/', headers } = incoming
  const body = method === 'GET' || method === 'HEAD' ? undefined : await bodyOf(incoming)
  const entries = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  )
  return new Request(origin + (url.startsWith('/') ? url : '/'), {
    method,
    headers: entries,
    ...(body !== undefined && { body }),
  })
}

/** Cut where it is too long for a form: then it is none. */
async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) outgoing.setHeader(name, value)
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}
