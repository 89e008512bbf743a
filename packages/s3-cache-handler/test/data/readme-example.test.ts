import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { S3Cache } from '../../src/cache.ts'
import { openS3Endpoint, type S3Endpoint } from '../s3-endpoint.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const section = readme.slice(readme.indexOf('## The data cache'), readme.indexOf('### From Flask-Caching'))
const [cacheFile = '', usage = ''] = Array.from(section.matchAll(/```ts\n([\s\S]*?)```/g), ([, code]) => code)

/** What the reader has already. */
const GIVEN = `const slug = 'hello'
const db = {
  post: async (wanted: string) => ({ title: wanted, asked: ++asked.posts }),
  user: async (id: number) => ({ id, asked: ++asked.users }),
}
export const asked = { posts: 0, users: 0 }
`

const folder = join(root, 'packages/s3-cache-handler/.tmp', `readme-${process.pid}`)
let s3: S3Endpoint

beforeAll(async () => {
  s3 = await openS3Endpoint('readme')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'cache.ts'), cacheFile)
  writeFileSync(join(folder, 'usage.ts'), `${GIVEN}${usage}\nexport { post }\n`)
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await s3.close()
})

it('runs as it is written', async () => {
  // The example's own bucket, on the server of this run.
  const written = cacheFile.replace("bucket: 'my-app-cache'", `bucket: '${s3.bucket}'`)
  expect(written).not.toBe(cacheFile)
  writeFileSync(join(folder, 'cache.ts'), written.replace("prefix: 'shop/'", `prefix: '${s3.prefix}'`))
  vi.stubEnv('CACHE_S3_ENDPOINT_URL', s3.endpoint)
  const { post, asked } = (await import(/* @vite-ignore */ join(folder, 'usage.ts'))) as {
    post: unknown
    asked: { posts: number; users: number }
  }
  const { cache } = (await import(/* @vite-ignore */ join(folder, 'cache.ts'))) as { cache: S3Cache }
  expect(post).toEqual({ title: 'hello', asked: 1 })
  expect(asked).toEqual({ posts: 1, users: 1 })
  expect(await cache.get('greeting')).toEqual({ at: expect.any(Date), to: new Set(['you']) })
  expect(await cache.get('visits')).toBe(1)
  await cache.close()
  vi.unstubAllEnvs()
})

it('has the types that it uses', async () => {
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      include: ['*.ts'],
      exclude: [],
      compilerOptions: { noEmit: true, isolatedDeclarations: false },
    }),
  )
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  await promisify(execFile)(process.execPath, [tsc, '-p', folder])
})
