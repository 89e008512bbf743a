import { createServer, request as send } from 'node:http'
import { pipeline } from 'node:stream'
import { listen } from '../../packages/local-s3/src/lib/listen.ts'

const NOT_IMPLEMENTED =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>NotImplemented</Code><Message>No conditions here</Message></Error>'

/** Stands before an S3 server as a store that has no conditional writes. */
export async function startUnconditionalProxy(
  endpoint: string,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { hostname, port } = new URL(endpoint)
  const server = createServer((message, response) => {
    const { method, headers, url: path } = message
    if (method === 'PUT' && (headers['if-none-match'] ?? headers['if-match']) !== undefined) {
      message.resume()
      response.writeHead(501, { 'content-type': 'application/xml' }).end(NOT_IMPLEMENTED)
      return
    }
    const onward = send({ hostname, port, method, headers, path, setHost: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      pipeline(answer, response, () => {})
    })
    onward.once('error', () => response.destroy())
    message.pipe(onward)
  })
  const listening = await listen(server, 0, '127.0.0.1')
  return { url: listening.url, close: () => listening.close() }
}
