import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createExplorer } from '../../packages/s3-cache-handler/src/explorer.ts'
import type { S3Cache } from '../../packages/s3-cache-handler/src/cache.ts'

/** An explorer without an app around it. */
export interface ServedExplorer {
  readonly url: string
  close(): Promise<void>
}

/** @param cache None, for an explorer that has nothing to explore. */
export async function serveExplorer(cache?: S3Cache): Promise<ServedExplorer> {
  const explorer = createExplorer({ authorize: () => true, cache })
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const response = await explorer(await requestOf(incoming))
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(Buffer.from(await response.arrayBuffer()))
  }
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function requestOf(incoming: IncomingMessage): Promise<Request> {
  const { method = 'GET', url = '/', headers } = incoming
  const chunks = (await incoming.toArray()) as Buffer[]
  return new Request(`http://${headers.host}${url}`, {
    method,
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
    ...(method === 'POST' && { body: new Uint8Array(Buffer.concat(chunks)) }),
  })
}
