import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished, vi } from 'vitest'

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface AnsweringServer {
  readonly endpoint: string
  /** What has come in, the body apart. */
  readonly requests: readonly IncomingMessage[]
}

/** A server that says what the test wants, for as long as the test runs, to whoever has the credentials below. */
export async function openAnsweringServer(answer: (request: IncomingMessage) => Answer): Promise<AnsweringServer> {
  useCredentials()
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    const { status, headers, body = '' } = answer(request)
    request.resume().once('end', () => response.writeHead(status, headers).end(request.method === 'HEAD' ? '' : body))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

/** An error document of S3. */
export const errorXml = (code: string, elements: Readonly<Record<string, string>> = {}): string =>
  `<?xml version="1.0"?><Error><Code>${code}</Code>${Object.entries(elements)
    .map(([name, text]) => `<${name}>${text}</${name}>`)
    .join('')}</Error>`

export const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'key-of-the-test',
  AWS_SECRET_ACCESS_KEY: 'secret-of-the-test',
  AWS_SESSION_TOKEN: 'token-of-the-test',
} as const

/** For the rest of the test. The SDK's default chain reads the environment when a store is first used. */
export function useCredentials(): void {
  vi.stubEnv('AWS_PROFILE', undefined)
  for (const [name, value] of Object.entries(CREDENTIALS)) vi.stubEnv(name, value)
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
}
