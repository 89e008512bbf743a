import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { S3Cache } from '../../src/cache.ts'
import { openS3Endpoint, type S3Endpoint } from '../s3-endpoint.ts'
import { get, statusOf } from './counting-server.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const guide = readFileSync(join(root, 'docs/http.md'), 'utf8')
const [setUp = '', routes = ''] = Array.from(guide.matchAll(/```ts\n([\s\S]*?)```/g), ([, code]) => code)

/** What the reader has already: as much of Hono as the example needs. */
const GIVEN = `interface Context {
  json(value: unknown, status: number, headers: Record<string, string>): Response
}
const handlers = new Map<string, (context: Context) => Response>()
const app = {
  get: (path: string, handler: (context: Context) => Response) => void handlers.set(path, handler),
  fetch: (request: Request): Response =>
    handlers.get(new URL(request.url).pathname)?.({
      json: (value, status, headers) => Response.json(value, { status, headers }),
    }) ?? new Response(null, { status: 404 }),
}
const products = ['herring']
`

const folder = join(root, 'packages/s3-cache-handler/.tmp', `http-${process.pid}`)
let s3: S3Endpoint

beforeAll(async () => {
  s3 = await openS3Endpoint('docs-http')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'example.ts'), `${GIVEN}${setUp}${routes}\nexport { cache }\n`)
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await s3.close()
})

it('runs as it is written', { timeout: 60_000 }, async () => {
  const path = join(folder, 'example.ts')
  const written = readFileSync(path, 'utf8').replace("bucket: 'my-app-cache'", `bucket: '${s3.bucket}'`)
  // The example's own bucket, on the server of this run.
  writeFileSync(path, written.replace("prefix: 'shop/'", `prefix: '${s3.prefix}'`))
  vi.stubEnv('CACHE_S3_ENDPOINT_URL', s3.endpoint)
  const example = (await import(/* @vite-ignore */ path)) as {
    readonly default: { fetch(request: Request): Promise<Response> }
    readonly cache: S3Cache
  }
  const ask = async (): Promise<Response> => await example.default.fetch(get('/products'))
  expect(await (await ask()).json()).toEqual(['herring'])
  await example.cache.close()
  expect(statusOf(await ask())[0]).toBe('hit')
  await example.cache.revalidateTag('products')
  expect(statusOf(await ask())[0]).toBe('fwd=uri-miss')
  await example.cache.close()
  await example.cache.revalidateTag('path:/products')
  expect(statusOf(await ask())[0]).toBe('fwd=uri-miss')
  await example.cache.close()
  vi.unstubAllEnvs()
})
