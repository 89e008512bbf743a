import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { CREDENTIALS } from '../answering-server.ts'
import { newFolder } from '../new-folder.ts'

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url))
const run = promisify(execFile)
/** Each process loads the AWS SDK, seconds of work on a busy machine. */
const LONG = { timeout: 120_000 }

/** What a process with these variables, and no others but the credentials, makes of an object there. */
async function readBothWays(endpoint: string, variables: Record<string, string>): Promise<unknown> {
  const env = { NODE_ENV: 'test', ...CREDENTIALS, ...variables } as const
  const { stdout } = await run(process.execPath, ['--no-warnings', WORKER, endpoint], { env })
  return JSON.parse(stdout)
}

async function portOf(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** An HTTPS server that only who trusts its certificate talks to. */
async function openSelfSigned(): Promise<{ endpoint: string; certificate: string }> {
  const folder = await newFolder()
  const [keyFile, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
  await run('openssl', ['req', '-x509', '-days', '2', '-out', certificate, ...key, ...subject])
  const identity = { key: await readFile(keyFile), cert: await readFile(certificate) }
  const port = await portOf(createHttpsServer(identity, (_request, response) => response.end('body')))
  return { endpoint: `https://127.0.0.1:${port}`, certificate }
}

/** A proxy that only counts who comes, and the variables that name it. */
async function openProxy(): Promise<{ variables: Record<string, string>; visits: () => number }> {
  let visits = 0
  const proxy = createHttpServer((_request, response) => {
    visits++
    response.writeHead(502).end()
  }).on('connect', (_request, socket) => {
    visits++
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  const url = `http://127.0.0.1:${await portOf(proxy)}`
  return { variables: { HTTP_PROXY: url, http_proxy: url, HTTPS_PROXY: url, https_proxy: url }, visits: () => visits }
}

it('trusts a certificate of NODE_EXTRA_CA_CERTS in both ways of reading, and no other', LONG, async () => {
  const { endpoint, certificate } = await openSelfSigned()
  const distrusted = expect.stringMatching(/^ERR_OBJECT_STORE_UNREACHABLE .*self-signed certificate/)
  // A name that tools of AWS in other languages know, and the SDK for JavaScript does not.
  const unknown = await readBothWays(endpoint, { AWS_CA_BUNDLE: certificate })
  expect(unknown).toEqual({ presigned: distrusted, signedEach: distrusted })
  const known = await readBothWays(endpoint, { NODE_EXTRA_CA_CERTS: certificate })
  expect(known).toEqual({ presigned: 'found', signedEach: 'found' })
})

it("passes by the environment's proxy in both ways of reading, as the AWS SDK always does", LONG, async () => {
  const { endpoint, certificate } = await openSelfSigned()
  const { variables, visits } = await openProxy()
  // With it, newer versions of Node.js have `fetch` and their default agents use the proxy.
  const all = { ...variables, NODE_USE_ENV_PROXY: '1', NODE_EXTRA_CA_CERTS: certificate }
  expect(await readBothWays(endpoint, all)).toEqual({ presigned: 'found', signedEach: 'found' })
  const plain = await portOf(createHttpServer((_request, response) => response.end('body')))
  expect(await readBothWays(`http://127.0.0.1:${plain}`, all)).toEqual({ presigned: 'found', signedEach: 'found' })
  expect(visits()).toBe(0)
})
