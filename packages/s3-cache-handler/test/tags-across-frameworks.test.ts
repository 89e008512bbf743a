import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createS3Cache, type S3Cache } from '../src/cache.ts'
import { closeCaches } from '../src/index.ts'
import { cachedLoader, createResponseCache } from '../src/react-router.ts'
import { createHandlerFleet, type HandlerFleet } from './handler-fleet.ts'
import { cacheable, countingServer, get, text } from './http/counting-server.ts'
import { openS3Endpoint, type S3Endpoint } from './s3-endpoint.ts'

let s3: S3Endpoint
beforeAll(async () => {
  s3 = await openS3Endpoint('frameworks')
})
afterAll(() => s3.close())

const cacheControl = { revalidate: false, expire: undefined } as const
const page = { kind: 'APP_PAGE', html: 'h', headers: { 'x-next-cache-tags': 'products' }, status: 200 }
/** Longer than any instance of these tests looks away. */
const refreshed = (): Promise<void> => sleep(60)

/** A process of another app on the bucket and prefix of a fleet of Next's. */
const openBeside = ({ prefix }: HandlerFleet): S3Cache => {
  const { bucket, endpoint, region } = s3
  return createS3Cache({ bucket, endpoint, region, prefix, tagRefreshMs: 20, memoryCheckMs: 20, log: 'silent' })
}

it('a tag that a Next app invalidates is gone from the loaders and responses of an app on the same bucket', async () => {
  const fleet = createHandlerFleet(s3)
  const next = fleet.instance()
  const cache = openBeside(fleet)
  let loads = 0
  const loader = cachedLoader(cache, { key: 'list', tags: ['products'] }, () => ({ load: ++loads }))
  const server = countingServer()
  server.answer((_, count) => cacheable(`${count}`, { 'cache-tag': 'products' }))
  const ask = createResponseCache(cache, { buildId: 'b1' }).wrap(server.handle)
  const seen = async (): Promise<unknown[]> => [await loader({ request: get('/') }), await text(ask(get('/')))]
  expect(await seen()).toEqual([{ load: 1 }, '1'])
  await cache.close()
  expect(await seen()).toEqual([{ load: 1 }, '1'])
  await next().revalidateTag(['other'])
  await refreshed()
  expect(await seen()).toEqual([{ load: 1 }, '1'])
  await next().revalidateTag(['products'])
  await refreshed()
  expect(await seen()).toEqual([{ load: 2 }, '2'])
})

it('a tag that such an app invalidates is gone from all instances of the Next app', async () => {
  const fleet = createHandlerFleet(s3)
  const [a, b] = [fleet.instance(), fleet.instance()]
  const cache = openBeside(fleet)
  await a().set('/products', page, { kind: 'APP_PAGE', cacheControl })
  await closeCaches()
  expect(await b().get('/products', { kind: 'APP_PAGE' })).not.toBeNull()
  await cache.revalidateTag('other')
  await refreshed()
  expect(await b().get('/products', { kind: 'APP_PAGE' })).not.toBeNull()
  await cache.revalidateTag('products')
  await refreshed()
  for (const instance of [a, b]) expect(await instance().get('/products', { kind: 'APP_PAGE' })).toBeNull()
})
