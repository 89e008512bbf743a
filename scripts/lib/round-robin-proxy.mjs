import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { pipeline } from 'node:stream'

/**
 * A load balancer in small: each request goes to the next target, headers and bodies pass through as they are. Pages that
 * a browser navigates to take turns of their own: else how many requests a page makes would decide who answers a reload.
 *
 * @param {{ port: number, targets: string[] }} options `port` 0 takes any free port; `targets` are origins such as `http://127.0.0.1:3001`
 * @returns {Promise<{ url: string, port: number, close(): Promise<void> }>}
 */
export async function startRoundRobinProxy({ port, targets }) {
  const turns = { pages: 0, others: 0 }
  const server = createServer((incoming, outgoing) => {
    const kind = incoming.headers['sec-fetch-mode'] === 'navigate' ? 'pages' : 'others'
    const target = targets[turns[kind]++ % targets.length]
    if (target === undefined) throw new RangeError('"targets" must name at least one target')
    forward(incoming, outgoing, new URL(target))
  })
  server.listen({ port, host: '127.0.0.1' })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port')

  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    async close() {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/**
 * @param {import('node:http').IncomingMessage} incoming
 * @param {import('node:http').ServerResponse} outgoing
 * @param {URL} target
 */
function forward(incoming, outgoing, target) {
  const upstream = request({
    // A kept connection to an instance that was just stopped would fail a request that a new one would not.
    agent: false,
    host: target.hostname,
    port: target.port,
    method: incoming.method,
    path: incoming.url,
    headers: incoming.rawHeaders,
  })
  upstream.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders)
    // `pipeline` destroys the client's connection when the target dies in mid-body: a cut-off body must not look complete.
    pipeline(answer, outgoing, () => {})
  })
  upstream.on('error', (error) => {
    if (outgoing.headersSent) {
      outgoing.destroy()
      return
    }
    outgoing.writeHead(502, { 'content-type': 'text/plain; charset=utf-8' })
    outgoing.end(`${target.origin} did not answer: ${error.message}\n`)
  })
  outgoing.on('close', () => upstream.destroy())
  incoming.pipe(upstream)
}
