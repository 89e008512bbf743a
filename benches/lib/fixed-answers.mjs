// An HTTP server that knows one body and does nothing but to answer with it: what it cannot do, no client can be seen to do.
// Forked by fixed-answers-process.mjs: `fixed-answers.mjs <bytes>`.
import { createServer } from 'node:http'

const body = Buffer.alloc(Number(process.argv[2]), 'x')
const headers = {
  etag: '"0123456789abcdef0123456789abcdef"',
  'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
  'content-type': 'application/octet-stream',
}

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.writeHead(200, { ...headers, 'content-length': body.length }).end(body)
    return
  }
  request.resume().once('end', () => response.writeHead(200, { ...headers, 'content-length': 0 }).end())
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.send?.(server.address()))
process.once('disconnect', () => process.exit())
