import { Agent, createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http'
import { Agent as SecureAgent, request as sendSecurely } from 'node:https'
import { pipeline } from 'node:stream'
import type { LocalS3 } from 'local-s3'
import { parseRequest } from '../../packages/local-s3/src/lib/http/request.ts'
import { listen } from '../../packages/local-s3/src/lib/listen.ts'
import { createRequestLog, type RequestOutcome } from '../../packages/local-s3/src/lib/request-log.ts'

/**
 * Counts what is asked of another S3 server, as local-s3 counts what is asked of it. Requests pass as they are, with the
 * host that they were signed for, so the server must take any host: MinIO and LocalStack do, Amazon's S3 does not.
 * @param prefix Left out of the keys in the log.
 */
export async function startRecordingProxy(
  endpoint: string,
  prefix: string,
): Promise<Pick<LocalS3, 'url' | 'port' | 'requests' | 'close'>> {
  const target = new URL(endpoint)
  const isSecure = target.protocol === 'https:'
  const agent = isSecure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true })
  const log = createRequestLog()

  const forward = (message: IncomingMessage, response: ServerResponse): void => {
    const finish = begin(message)
    const { method, headers, url: path } = message
    const { hostname, port } = target
    const options = { agent, hostname, port, method, headers, path, setHost: false }
    const onward = (isSecure ? sendSecurely : send)(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      pipeline(answer, response, () => {})
      answer.once('end', () => finish({ status: answer.statusCode ?? 0, bytes: 0 }))
    })
    onward.once('error', () => response.destroy())
    // The instance gave the request up.
    response.once('close', () => onward.destroy())
    message.pipe(onward)
  }

  const begin = (message: IncomingMessage): ((outcome: RequestOutcome) => void) => {
    const { operation, target: asked } = parseRequest(message)
    const key = operation === 'ListObjectsV2' ? (asked.query.get('prefix') ?? '') : asked.key
    return log.begin(operation, key.startsWith(prefix) ? key.slice(prefix.length) : key)
  }

  const server = createServer({ keepAliveTimeout: 65_000 }, forward)
  const listening = await listen(server, 0, '127.0.0.1')
  return {
    url: listening.url,
    port: listening.port,
    requests: log,
    async close() {
      await listening.close()
      agent.destroy()
    },
  }
}
