import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A site that is none of ours, for what it may not do. */
export interface OtherSite {
  /** By another host than the instances have, which makes it another site, and not only another origin. */
  readonly url: string
  /** The paths that it was asked for, but for its pages. */
  readonly hits: readonly string[]
  /** What it shows at `/`. */
  show(html: string): void
  close(): Promise<void>
}

export async function startOtherSite(): Promise<OtherSite> {
  const hits: string[] = []
  let page = ''
  const server = createServer(({ url = '' }, response) => {
    if (url !== '/') hits.push(url)
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(url === '/' ? page : '')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    hits,
    show: (html) => void (page = html),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
