import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { localS3, openS3Endpoint, type S3Endpoint } from '../test/s3-endpoint.ts'
import { type CacheHandler, type CacheSizes, closeCaches, createCacheHandler, stats } from './index.ts'
import type { CacheEvent } from './lib/cache-events.ts'

let s3: S3Endpoint
beforeAll(async () => {
  s3 = await openS3Endpoint('index')
})
afterAll(() => s3.close())
afterEach(() => vi.unstubAllEnvs())

const page = { kind: 'APP_PAGE', html: '<p>', headers: {}, status: 200 }
const cacheControl = { revalidate: 60 }

it('talks to the store outside the async context of the request, and tells of hits and misses inside it', async (context) => {
  const { faults } = localS3(context, s3, 'faults')
  const request = new AsyncLocalStorage<string>()
  const seen: [event: string, context: string | undefined][] = []
  const listener = (event: unknown): void => {
    seen.push([(event as CacheEvent).name, request.getStore()])
  }
  subscribe('s3-cache-handler:event', listener)
  const Handler = createCacheHandler({ bucket: s3.bucket, endpoint: s3.endpoint, deployment: 'd', log: 'silent' })
  const fault = faults.add({ fault: { kind: 'status', code: 'InvalidAccessKeyId' }, operation: 'GetObject', times: 1 })
  await request.run('request', async () => {
    const handler = new Handler({})
    expect(await handler.get('/k', { kind: 'APP_PAGE' })).toBeNull()
    await handler.set('/k', page, { kind: 'APP_PAGE', cacheControl })
    await closeCaches()
    expect(await handler.get('/k', { kind: 'APP_PAGE' })).toMatchObject({ value: page })
  })
  unsubscribe('s3-cache-handler:event', listener)
  faults.remove(fault.id)
  expect(seen).toContainEqual(['store-failed', undefined])
  expect(seen).toContainEqual(['stored', undefined])
  expect(seen).toContainEqual(['miss', 'request'])
  expect(seen).toContainEqual(['set', 'request'])
  expect(seen).toContainEqual(['hit', 'request'])
})

it('tells how much each cache holds, once for handlers that share it', async () => {
  const options = { bucket: s3.bucket, endpoint: s3.endpoint, prefix: 'sizes/', memoryMaxBytes: 10_000 }
  const createHandler = (): CacheHandler => new (createCacheHandler({ ...options, deployment: 'd', log: 'silent' }))({})
  const [one, other] = [createHandler(), createHandler()]
  const sizes = async (): Promise<CacheSizes> => {
    const [own, ...more] = (await stats()).filter(({ prefix }) => prefix === 'sizes/')
    if (own === undefined) throw new Error('There are no stats')
    expect([own.bucket, more]).toEqual([s3.bucket, []])
    return own.sizes
  }
  await one.get('/none', { kind: 'APP_PAGE' })
  await other.set('/0', page, { kind: 'APP_PAGE', cacheControl })
  expect(await sizes()).toMatchObject({ memoryEntries: 1, knownEvents: 0 })

  for (let index = 1; index <= 50; index++) {
    await one.set(`/${index}`, { ...page, html: 'x'.repeat(1000) }, { kind: 'APP_PAGE', cacheControl })
  }
  await one.revalidateTag(['a', 'b'])
  await closeCaches()
  const { memoryBytes, memoryEntries, presignedUrls, ...rest } = await sizes()
  expect(memoryBytes).toBeLessThanOrEqual(10_000)
  expect(memoryBytes).toBeGreaterThan(1000 * memoryEntries)
  expect(memoryEntries).toBeGreaterThan(1)
  const idle = { pendingEntries: 0, pendingBytes: 0, loads: 0, pendingInvalidations: 0 }
  expect(rest).toMatchObject({ ...idle, knownEvents: 2, logObjects: 1 })
  // Of "/none" and the bell at least.
  expect(presignedUrls).toBeGreaterThan(1)
})

it('misses and stores nothing on the edge runtime, and loads nothing there', async () => {
  vi.stubEnv('NEXT_RUNTIME', 'edge')
  vi.resetModules()
  vi.doMock('./lib/next/isr-cache.ts', () => {
    throw new Error('Node code was loaded')
  })
  const { default: EdgeHandler, stats: edgeStats } = await import('./index.ts')
  const handler = new EdgeHandler({})
  expect(await handler.get('/k', { kind: 'APP_PAGE' })).toBeNull()
  await expect(handler.set('/k', page, { kind: 'APP_PAGE', cacheControl })).resolves.toBeUndefined()
  await expect(handler.revalidateTag(['t'])).resolves.toBeUndefined()
  expect(await edgeStats()).toEqual([])
  vi.doUnmock('./lib/next/isr-cache.ts')
})

it('that cannot be loaded caches nothing, says so, and throws nowhere', async () => {
  vi.stubEnv('NEXT_RUNTIME', 'nodejs')
  vi.resetModules()
  vi.doMock('./lib/next/isr-cache.ts', () => {
    throw new Error('a file is missing')
  })
  const error = vi.spyOn(console, 'error').mockReturnValue()
  const { default: BrokenHandler } = await import('./index.ts')
  const handler = new BrokenHandler({})
  expect(await handler.get('/k', { kind: 'APP_PAGE' })).toBeNull()
  await expect(handler.set('/k', page, { kind: 'APP_PAGE', cacheControl })).resolves.toBeUndefined()
  expect(error).toHaveBeenCalledWith(expect.stringContaining('could not be loaded'), expect.anything())
  error.mockRestore()
  vi.doUnmock('./lib/next/isr-cache.ts')
})
