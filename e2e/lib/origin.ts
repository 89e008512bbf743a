import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Origin {
  readonly url: string
  /** How often `key` was asked for: how often it was rendered. */
  hits(key: string): number
  close(): Promise<void>
}

/** The source of all content: answers how often it was asked for a path. */
export async function startOrigin(): Promise<Origin> {
  const counts = new Map<string, number>()
  const server = createServer((request, response) => {
    const key = (request.url ?? '').slice(1)
    const hits = (counts.get(key) ?? 0) + 1
    counts.set(key, hits)
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ hits }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hits: (key) => counts.get(key) ?? 0,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
