import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBuild } from './handler-fleet.ts'
import { openS3Endpoint, type S3Endpoint } from './s3-endpoint.ts'

/** Inside the package, which finds itself by its name there: in `dist`, as users do. */
const folder = fileURLToPath(new URL(`../.tmp/options-in-code-${process.pid}`, import.meta.url))
let s3: S3Endpoint

/** As `next start` does it: `cacheHandlers` are loaded before there is a request, and `cacheHandler` for the first one. */
const SERVER = `
import useCache from 's3-cache-handler/use-cache'
import { setTimeout as sleep } from 'node:timers/promises'
await sleep(500)
const { default: CacheHandler } = await import('./cache-handler.mjs')
new CacheHandler({ serverDistDir: process.argv[2], dev: false, _requestHeaders: {} })
const value = new Blob(['x']).stream()
const entry = { value, tags: [], stale: 1, timestamp: performance.timeOrigin, expire: 900, revalidate: 900 }
await useCache.set('k', Promise.resolve(entry))
const { closeCaches } = await import('s3-cache-handler')
await closeCaches()
`

beforeAll(async () => {
  s3 = await openS3Endpoint('options-in-code')
  mkdirSync(folder, { recursive: true })
  const { bucket, endpoint, region, prefix } = s3
  const options = JSON.stringify({ bucket, endpoint, region, prefix, log: 'silent' })
  const handler = `import { createCacheHandler } from 's3-cache-handler'\nexport default createCacheHandler(${options})\n`
  writeFileSync(join(folder, 'cache-handler.mjs'), handler)
  writeFileSync(join(folder, 'server.mjs'), SERVER)
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await s3.close()
})

it('holds for use cache, too, from the first request on', async () => {
  await promisify(execFile)(process.execPath, [join(folder, 'server.mjs'), createBuild('b1')])
  const { objects } = await s3.store.list(`${s3.prefix}v1/entries/`)
  expect(objects.map(({ key }) => key)).toEqual([`${s3.prefix}v1/entries/b1/use-cache/k`])
})
