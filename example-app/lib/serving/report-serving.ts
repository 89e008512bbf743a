import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { hostname } from 'node:os'
import { parsePageEvent } from './page-event.ts'
import { serverTiming } from './server-timing.ts'
import { currentServing, type Serving } from './serving.ts'

const INSTANCE = process.env.INSTANCE_NAME ?? hostname()

/**
 * Tells the browser, in `Server-Timing`, which instance answered and how old the page was that it found.
 * A header says it because the page itself is cached: what stands in the HTML was true for whoever rendered it.
 */
export function reportServing(): void {
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
    // Build assets are the same everywhere and for ever.
    if (request.url?.startsWith('/_next/static/')) return
    const serving: Serving = {}
    currentServing.enterWith(serving)
    addHeaders(response, serving, isRouterFetch(request))
  })

  subscribe('s3-cache-handler:event', (message) => {
    const serving = currentServing.getStore()
    const found = parsePageEvent(message)
    if (serving === undefined || found === 'other') return
    if (found === 'miss') delete serving.cached
    else serving.cached = found
  })
}

/** `writeHead` is where every answer passes, explicit or implied, and the last moment for a header. */
function addHeaders(response: ServerResponse, serving: Serving, routerFetch: boolean): void {
  // oxlint-disable-next-line typescript/unbound-method -- the proxy hands `this` on
  response.writeHead = new Proxy(response.writeHead, {
    apply(writeHead, self: ServerResponse, args) {
      const state = self.getHeader('x-nextjs-cache')
      const cache = typeof state === 'string' ? state : undefined
      self.appendHeader('Server-Timing', serverTiming({ ...serving, instance: INSTANCE, cache }))
      // Next means its `stale-while-revalidate` for a CDN. With none in between the browser takes it for itself, and shows
      // an old answer, with the headers of that time, where the reader asked for this one.
      if (routerFetch && cache !== undefined) self.setHeader('Cache-Control', 'private, no-cache')
      return Reflect.apply(writeHead, self, args)
    },
  })
}

const isRouterFetch = ({ url, headers }: IncomingMessage): boolean =>
  headers.rsc !== undefined || (url?.startsWith('/_next/data/') ?? false)
