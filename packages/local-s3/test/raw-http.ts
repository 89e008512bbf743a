import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect, type Socket } from 'node:net'
import { credentials } from './server.ts'

/** A request that is written by hand, for what the SDK would never send. */
export interface RawRequest {
  readonly method?: string
  /** Path and query as they go over the wire, already encoded. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** The whole answer. */
export interface RawResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Sends a request without a connection pool and without touching its path. */
export function send(url: string, { method = 'GET', path, headers = {}, body }: RawRequest): Promise<RawResponse> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** How to sign a request apart from the usual. */
export interface SigningOptions {
  readonly payloadHash?: string
  readonly date?: Date
  readonly secretAccessKey?: string
}

/** A signed request, and what signs the chunks of its body. */
export interface SignedRequest extends RawRequest {
  readonly signature: string
  sign(...lines: readonly string[]): string
}

/** Signs with SigV4, written apart from the server's code so that an error in one does not hide in the other. */
export function sign(url: string, request: RawRequest, options: SigningOptions = {}): SignedRequest {
  const { payloadHash = sha256(request.body ?? ''), date = new Date(), secretAccessKey } = options
  const amzDate = date.toISOString().replace(/[-:]|\.\d+/g, '')
  const headers: Record<string, string> = {
    ...request.headers,
    host: new URL(url).host,
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': amzDate,
  }
  const names = Object.keys(headers).toSorted()
  const [path = '', query = ''] = request.path.split('?')
  const canonical = [
    request.method ?? 'GET',
    path,
    query,
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    payloadHash,
  ].join('\n')
  const scope = `${amzDate.slice(0, 8)}/us-east-1/s3/aws4_request`
  const key = scope
    .split('/')
    .reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${secretAccessKey ?? credentials.secretAccessKey}`)
  const signLines = (algorithm: string, ...lines: readonly string[]): string =>
    hmac(key, [algorithm, amzDate, scope, ...lines].join('\n')).toString('hex')
  const signature = signLines('AWS4-HMAC-SHA256', sha256(canonical))
  const credential = `${credentials.accessKeyId}/${scope}`
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { ...request, headers: { ...headers, authorization }, signature, sign: signLines }
}

/** Opens a connection and sends the head of a request alone; the body is the test's to send. */
export function sendHead(url: string, { method = 'GET', path, headers = {} }: RawRequest): Socket {
  const { hostname, port } = new URL(url)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const socket = connect(Number(port), hostname)
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
  return socket
}

/** The status of the next answer on a connection. */
export async function nextStatus(socket: Socket): Promise<number> {
  const [data]: Buffer[] = await once(socket, 'data')
  return Number(/^HTTP\/1\.1 (\d+) /.exec(data?.toString() ?? '')?.[1])
}

/** Hex SHA-256. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
