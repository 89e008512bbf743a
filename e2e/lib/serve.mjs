// Serves a handler and the files of a build, as the adapters of the frameworks do. Copied beside the fixture that it serves.
import { createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const TYPES = { '.js': 'text/javascript', '.css': 'text/css' }

/** @param {(request: Request) => Promise<Response>} handler @param {string} clientDir The build's files for browsers. */
export function serve(handler, clientDir) {
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing, handler, clientDir).catch((error) => {
      console.error(error)
      outgoing.destroy()
    })
  })
  // Longer than a test waits between two requests, which else may meet the end of their connection.
  server.keepAliveTimeout = 60_000
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port}`)
  })
}

async function answer(incoming, outgoing, handler, clientDir) {
  // As a proxy in front says it: the address is the same on all instances.
  const url = new URL(incoming.url, `http://${incoming.headers['x-forwarded-host'] ?? incoming.headers.host}`)
  const file = join(clientDir, normalize(url.pathname))
  if (url.pathname.startsWith('/assets/') && existsSync(file)) {
    outgoing.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
    await pipeline(createReadStream(file), outgoing)
    return
  }
  const response = await handler(toRequest(incoming, outgoing, url))
  outgoing.writeHead(response.status, headersOf(response))
  if (response.body === null || incoming.method === 'HEAD') outgoing.end()
  else await pipeline(Readable.fromWeb(response.body), outgoing).catch(() => {})
}

/** Aborted when the client has left. */
function toRequest(incoming, outgoing, url) {
  const leaving = new AbortController()
  outgoing.once('close', () => {
    if (outgoing.writableFinished) return
    console.log(`left ${incoming.url}`)
    leaving.abort(new Error('the client has left'))
  })
  const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD'
  return new Request(url, {
    method: incoming.method,
    headers: Object.entries(incoming.headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
    signal: leaving.signal,
    ...(hasBody && { body: Readable.toWeb(incoming), duplex: 'half' }),
  })
}

/** Each cookie is a line of its own. */
function headersOf({ headers }) {
  const cookies = headers.getSetCookie()
  return { ...Object.fromEntries(headers), ...(cookies.length > 0 && { 'set-cookie': cookies }) }
}
