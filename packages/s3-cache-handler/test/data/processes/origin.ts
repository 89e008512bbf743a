import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What values are made by: outside all processes, so that every making is counted. */
export interface Origin {
  readonly url: string
  readonly count: number
  /** The next answer never comes. */
  hangOnce(): void
  close(): void
}

/** Answers with `made N`, after a moment in which others can ask, too. */
export async function startOrigin(delayMs = 200): Promise<Origin> {
  let count = 0
  let hangs = false
  const server = createServer((_request, response) => {
    const number = ++count
    if (hangs) hangs = false
    else setTimeout(() => response.end(`made ${number}`), delayMs)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    get count() {
      return count
    },
    hangOnce() {
      hangs = true
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
