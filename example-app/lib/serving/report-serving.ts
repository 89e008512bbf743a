import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { INSTANCE } from './instance.ts'
import { parsePageEvent } from './page-event.ts'
import { serverTiming } from './server-timing.ts'
import { currentServing, type Serving } from './serving.ts'

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
    addHeaders(response, serving, kindOf(request))
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
function addHeaders(response: ServerResponse, serving: Serving, kind: Kind): void {
  // oxlint-disable-next-line typescript/unbound-method -- the proxy hands `this` on
  response.writeHead = new Proxy(response.writeHead, {
    apply(writeHead, self: ServerResponse, args) {
      const state = self.getHeader('x-nextjs-cache')
      const cache = typeof state === 'string' ? state : undefined
      // The page in an action's answer is rendered for it and not kept, whatever the header says.
      const shown = kind === 'action' ? 'action' : cache
      self.appendHeader('Server-Timing', serverTiming({ ...serving, instance: INSTANCE, cache: shown }))
      // Next means its `stale-while-revalidate` for a CDN. With none in between the browser takes it for itself, and shows
      // an old answer, with the headers of that time, where the reader asked for this one.
      if (kind === 'router fetch' && cache !== undefined) self.setHeader('Cache-Control', 'private, no-cache')
      return Reflect.apply(writeHead, self, args)
    },
  })
}

type Kind = 'action' | 'router fetch' | 'other'

/** To be told as a request comes in: Next removes its headers later. */
function kindOf({ url, headers }: IncomingMessage): Kind {
  if (headers['next-action'] !== undefined) return 'action'
  return headers.rsc !== undefined || url?.startsWith('/_next/data/') ? 'router fetch' : 'other'
}
