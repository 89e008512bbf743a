import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { localS3, openS3Endpoint, type S3Endpoint } from '../../../test/s3-endpoint.ts'
import { type CacheEvent, type CacheHandler, closeCaches, createCacheHandler, type NextValue } from '../../index.ts'

let s3: S3Endpoint

beforeAll(async () => {
  s3 = await openS3Endpoint('isr-cache')
})
afterAll(() => s3.close())

let prefixes = 0

/** A fleet of handlers on one bucket. As instances share no memory, each gets a memory option, and so a cache, of its own. */
function createFleet() {
  const prefix = `${s3.prefix}fleet-${prefixes++}/`
  const build = createBuild({ buildId: 'b1' })
  const events: CacheEvent[] = []
  const instance = (memoryMaxBytes: number, serverDistDir = build): (() => CacheHandler) => {
    const options = {
      bucket: s3.bucket,
      endpoint: s3.endpoint,
      region: s3.region,
      prefix,
      memoryMaxBytes,
      onEvent: (event: CacheEvent) => events.push(event),
    }
    const Handler = createCacheHandler({ ...options, log: 'silent' })
    return () => new Handler({ serverDistDir, dev: false })
  }
  return { a: instance(1_000_001), b: instance(1_000_002), c: instance(1_000_003), instance, events, prefix }
}

/** The part of a build's output that a handler reads. */
function createBuild({ buildId, deploymentId }: { buildId: string; deploymentId?: string }): string {
  const distDir = mkdtempSync(join(tmpdir(), 'build-'))
  mkdirSync(join(distDir, 'server'))
  writeFileSync(join(distDir, 'BUILD_ID'), buildId)
  writeFileSync(join(distDir, 'required-server-files.json'), JSON.stringify({ config: { deploymentId, env: {} } }))
  return join(distDir, 'server')
}

const allBytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
const appPage = {
  kind: 'APP_PAGE',
  html: '<p>ü😀\u2028</p>',
  rscData: allBytes,
  postponed: undefined,
  headers: { 'x-next-cache-tags': '_N_T_/layout,_N_T_/a/page,news' },
  status: undefined,
  segmentData: new Map([
    ['/_tree', allBytes],
    ['/a/__PAGE__', Buffer.alloc(0)],
  ]),
}
const cacheControl = { revalidate: 60, expire: 3600 }

async function throughBucket(value: NextValue, kind: 'APP_PAGE' | 'APP_ROUTE' | 'PAGES' | 'IMAGE'): Promise<unknown> {
  const { a, b } = createFleet()
  await a().set('/k', value, { kind, cacheControl })
  await closeCaches()
  return b().get('/k', { kind })
}

describe('a value that one instance sets', () => {
  it('comes back from another byte for byte, with its time and its cacheControl', async () => {
    const before = Date.now()
    const found = await throughBucket(appPage, 'APP_PAGE')
    expect(found).toStrictEqual({ value: appPage, cacheControl, lastModified: expect.any(Number) })
    // By the store's clock, which tells whole seconds.
    expect((found as { lastModified: number }).lastModified).toBeGreaterThan(before - 1000)
  })

  it('may be a route handler’s body, a page with its data, a redirect, an image or null, which is "not found"', async () => {
    const route = { kind: 'APP_ROUTE', body: allBytes, headers: { 'content-type': 'image/png' }, status: 201 }
    const page = {
      kind: 'PAGES',
      html: '<p>',
      pageData: { pageProps: { a: [1, null], __N: '\ud800' } },
      headers: undefined,
      status: 200,
    }
    const redirect = { kind: 'REDIRECT', props: { __N_REDIRECT: '/x', __N_REDIRECT_STATUS: 308 } }
    const image = { kind: 'IMAGE', buffer: allBytes, etag: 'e', upstreamEtag: 'u', extension: 'webp', revalidate: 60 }
    expect(await throughBucket(route, 'APP_ROUTE')).toMatchObject({ value: route })
    expect(await throughBucket(page, 'PAGES')).toMatchObject({ value: page })
    expect(await throughBucket(redirect, 'PAGES')).toMatchObject({ value: redirect })
    expect(await throughBucket(image, 'IMAGE')).toMatchObject({ value: image })
    expect(await throughBucket(null, 'PAGES')).toMatchObject({ value: null, cacheControl })
  })

  it('is an image whose object is the image itself, with its media type, of all deployments', async () => {
    const { a, c, instance, prefix } = createFleet()
    const image = { kind: 'IMAGE', buffer: allBytes, etag: 'e', upstreamEtag: 'u', extension: 'webp', revalidate: 60 }
    const key = 'i'.repeat(43)
    const asImage = { kind: 'IMAGE', cacheControl: { revalidate: 60, expire: undefined } } as const
    await a().set(key, image, asImage)
    await closeCaches()
    const { objects } = await s3.store.list(`${prefix}v1/entries/~shared/image/`)
    expect(await s3.store.get(objects[0]?.key ?? '')).toMatchObject({ body: allBytes, contentType: 'image/webp' })
    const another = instance(1_000_004, createBuild({ buildId: 'b2' }))
    expect(await another().get(key, { kind: 'IMAGE' })).toMatchObject({ value: image })
    // Set again with the same bytes, and so the same ETag, it is newer for who has a copy that is stale.
    await c().set(key, image, { ...asImage, cacheControl: { revalidate: 0.01, expire: undefined } })
    await closeCaches()
    await sleep(30)
    await c().get(key, { kind: 'IMAGE' })
    await another().set(key, image, asImage)
    await closeCaches()
    await sleep(1100)
    expect(await c().get(key, { kind: 'IMAGE' })).toMatchObject({ cacheControl: { revalidate: 60 } })
  })

  it('is there at once where it was set, and does not wait for the PUT', async (context) => {
    const { faults } = localS3(context, s3, 'faults')
    const { a } = createFleet()
    const fault = faults.add({ fault: { kind: 'latency', ms: 300 }, operation: 'PutObject' })
    await a().set('/k', appPage, { kind: 'APP_PAGE', cacheControl })
    expect(faults.list().find(({ id }) => id === fault.id)?.fired).toBe(0)
    expect(await a().get('/k', { kind: 'APP_PAGE' })).toMatchObject({ value: appPage })
    await closeCaches()
    expect(faults.list().find(({ id }) => id === fault.id)?.fired).toBeGreaterThan(0)
    faults.remove(fault.id)
  })

  it('is data when it is set as data, and never given for a page of the same key', async () => {
    const { a, b } = createFleet()
    const data = { kind: 'FETCH', data: { headers: {}, body: 'aGk=', status: 200, url: 'u' }, revalidate: 60 }
    await a().set('k', data, { fetchCache: true, tags: ['t'] })
    await closeCaches()
    expect(await b().get('k', { kind: 'FETCH', revalidate: 60, tags: ['t'], softTags: [] })).toMatchObject({
      value: data,
    })
    expect(await b().get('k', { kind: 'APP_PAGE' })).toBeNull()
  })
})

describe('a build', () => {
  it('uses the bucket when it is told to, for data, though it has no ID yet', async () => {
    const { b, prefix } = createFleet()
    vi.stubEnv('NEXT_PHASE', 'phase-production-build')
    const { bucket, endpoint, region } = s3
    const options = { bucket, endpoint, region, prefix, log: 'silent', storeDuringBuild: true } as const
    const Handler = createCacheHandler(options)
    const data = { kind: 'FETCH', data: { headers: {}, body: 'x', url: 'u' }, revalidate: 60 }
    await new Handler({ serverDistDir: join(tmpdir(), 'not-built', 'server') }).set('k', data, { fetchCache: true })
    await closeCaches()
    vi.unstubAllEnvs()
    expect(await b().get('k', { kind: 'FETCH', revalidate: 60 })).toMatchObject({ value: data })
  })

  it('leaves the bucket alone by default', async (context) => {
    const { requests: log } = localS3(context, s3, 'request counter')
    const { prefix } = createFleet()
    vi.stubEnv('NEXT_PHASE', 'phase-production-build')
    const Handler = createCacheHandler({ bucket: s3.bucket, endpoint: s3.endpoint, prefix })
    const requests = log.count()
    const handler = new Handler({})
    const data = { kind: 'FETCH', data: { headers: {}, body: 'x', url: 'u' }, revalidate: 60 }
    await handler.set('k', data, { fetchCache: true })
    expect(await handler.get('k', { kind: 'FETCH', revalidate: 60 })).toMatchObject({ value: data })
    await closeCaches()
    vi.unstubAllEnvs()
    expect(log.count()).toBe(requests)
  })
})

describe('deployments', () => {
  it('never share pages, even when a deploymentId makes their build IDs equal, and share data', async () => {
    const { instance } = createFleet()
    const one = instance(1_000_001, createBuild({ buildId: 'constant', deploymentId: 'one' }))
    const two = instance(1_000_002, createBuild({ buildId: 'constant', deploymentId: 'two' }))
    const data = { kind: 'FETCH', data: { headers: {}, body: 'x', url: 'u' }, revalidate: 60 }
    await one().set('/k', appPage, { kind: 'APP_PAGE', cacheControl })
    await one().set('k', data, { fetchCache: true })
    await closeCaches()
    expect(await two().get('/k', { kind: 'APP_PAGE' })).toBeNull()
    expect(await two().get('k', { kind: 'FETCH', revalidate: 60 })).toMatchObject({ value: data })
    expect(await one().get('/k', { kind: 'APP_PAGE' })).toMatchObject({ value: appPage })
  })

  it('go by the build ID where there is no deploymentId', async () => {
    const { instance, a } = createFleet()
    const other = instance(1_000_002, createBuild({ buildId: 'b2' }))
    await a().set('/k', appPage, { kind: 'APP_PAGE', cacheControl })
    await closeCaches()
    expect(await other().get('/k', { kind: 'APP_PAGE' })).toBeNull()
  })

  it('that cannot be told apart keep their pages in memory, and say so', async (context) => {
    const { requests } = localS3(context, s3, 'request counter')
    const { instance, events } = createFleet()
    const nameless = instance(1_000_004, join(tmpdir(), 'no-such-build', 'server'))
    const puts = requests.count({ operation: 'PutObject' })
    const handler = nameless()
    await handler.set('/k', appPage, { kind: 'APP_PAGE', cacheControl })
    expect(await handler.get('/k', { kind: 'APP_PAGE' })).toMatchObject({ value: appPage })
    await closeCaches()
    expect(requests.count({ operation: 'PutObject' })).toBe(puts)
    expect(events.find(({ name }) => name === 'misconfigured')).toMatchObject({ error: { option: 'deployment' } })
  })
})

describe('an invalidation on this instance', () => {
  const page = { kind: 'APP_PAGE' } as const
  const isStale = (found: { lastModified: number; cacheControl?: { revalidate: number | false } } | null): boolean => {
    if (found === null) return false
    const { revalidate } = found.cacheControl ?? { revalidate: false }
    return revalidate !== false && found.lastModified + revalidate * 1000 < Date.now()
  }

  it('by updateTag or one argument makes a page a miss, and the next render of it fresh', async () => {
    const { a } = createFleet()
    await a().set('/k', appPage, { ...page, cacheControl })
    await a().revalidateTag(['news'])
    const request = a()
    expect(await request.get('/k', page)).toBeNull()
    await request.set('/k', { ...appPage, html: 'new' }, { ...page, cacheControl })
    const found = await a().get('/k', page)
    expect([found?.value?.['html'], isStale(found)]).toEqual(['new', false])
  })

  it('by a profile makes Next see the page as stale, whatever its lifetime, and never as expired', async () => {
    const lifetimes = [cacheControl, { revalidate: false, expire: undefined }, { revalidate: 60, expire: 60 }] as const
    for (const lifetime of lifetimes) {
      const { a } = createFleet()
      await a().set('/k', appPage, { ...page, cacheControl: lifetime })
      expect(isStale(await a().get('/k', page))).toBe(false)
      await a().revalidateTag('news', { expire: 31_536_000 })
      const found = await a().get('/k', page)
      expect(isStale(found)).toBe(true)
      const { expire = Infinity, revalidate } = found?.cacheControl ?? {}
      expect((found?.lastModified ?? 0) + expire * 1000).toBeGreaterThan(Date.now())
      expect(revalidate).toBeGreaterThanOrEqual(1)
    }
  })

  it('by { expire: 0 } is the same as by one argument', async () => {
    const { a } = createFleet()
    await a().set('/k', appPage, { ...page, cacheControl })
    await a().revalidateTag(['news'], { expire: 0 })
    expect(await a().get('/k', page)).toBeNull()
  })

  it('reaches data by its own tags and by the soft tags of the path that reads it', async () => {
    const { a } = createFleet()
    const data = { kind: 'FETCH', data: { headers: {}, body: 'x', url: 'u' }, revalidate: 60 }
    const reading = { kind: 'FETCH', revalidate: 60, tags: ['t'] } as const
    await a().set('own', data, { fetchCache: true, tags: ['t'] })
    await a().set('soft', data, { fetchCache: true, tags: ['u'] })
    await a().revalidateTag(['t'], { expire: 31_536_000 })
    await a().revalidateTag(['_N_T_/p'])
    const stale = await a().get('own', reading)
    expect(stale?.lastModified).toBeLessThan(Date.now() - 60_000)
    expect(await a().get('soft', { ...reading, tags: ['u'], softTags: ['_N_T_/p'] })).toBeNull()
    expect(await a().get('soft', { ...reading, tags: ['u'], softTags: ['_N_T_/q'] })).not.toBeNull()
  })

  it('makes data without a time limit stale by a time that Next takes for old', async () => {
    const { a } = createFleet()
    const data = { kind: 'FETCH', data: { headers: {}, body: 'x', url: 'u' }, revalidate: 4_294_967_294 }
    await a().set('k', data, { fetchCache: true, tags: ['t'] })
    await a().revalidateTag(['t'], {})
    const found = await a().get('k', { kind: 'FETCH', revalidate: 4_294_967_294, tags: ['t'] })
    expect(found?.lastModified).toBeLessThan(Date.now() - 4_294_967_294_000)
  })

  it('during a render makes what that render sets a miss', async () => {
    const { a } = createFleet()
    const request = a()
    expect(await request.get('/k', page)).toBeNull()
    await a().revalidateTag(['news'])
    await request.set('/k', appPage, { ...page, cacheControl })
    expect(await a().get('/k', page)).toBeNull()
  })

  it('outlives the old value that Next sets again after a failed render', async () => {
    const { a } = createFleet()
    await a().set('/k', appPage, { ...page, cacheControl })
    await a().revalidateTag(['news'], { expire: 31_536_000 })
    const request = a()
    const old = await request.get('/k', page)
    await request.set('/k', old?.value ?? null, { ...page, cacheControl: { revalidate: 3, expire: 3600 } })
    expect(isStale(await a().get('/k', page))).toBe(true)
  })
})

describe('a handler', () => {
  it('that is disabled misses and stores nothing', async () => {
    const Handler = createCacheHandler({ disabled: true, bucket: s3.bucket, endpoint: s3.endpoint })
    const handler = new Handler({})
    await handler.set('/k', appPage, { kind: 'APP_PAGE', cacheControl })
    await handler.revalidateTag(['news'])
    expect(await handler.get('/k', { kind: 'APP_PAGE' })).toBeNull()
  })

  it('with a wrong option keeps pages in memory and names the setting', async () => {
    const events: CacheEvent[] = []
    const lines: string[] = []
    const logger = { error: (line: string) => lines.push(line), warn: () => {}, info: () => {}, debug: () => {} }
    const Handler = createCacheHandler({ timeoutMs: -1, logger, onEvent: (event) => events.push(event) })
    const handler = new Handler({ serverDistDir: createBuild({ buildId: 'wrong' }) })
    await handler.set('/k', appPage, { kind: 'APP_PAGE', cacheControl })
    expect(await handler.get('/k', { kind: 'APP_PAGE' })).toMatchObject({ value: appPage })
    expect(await handler.get('/k', { kind: 'APP_PAGE' })).toMatchObject({ value: appPage })
    expect(
      lines.filter((line) => line.includes('"timeoutMs" must be a whole number from 1 to 2147483647, got -1')),
    ).toHaveLength(1)
  })

  it('never throws nor rejects, whatever it is made with or given', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    const wrong = [null, { onEvent: null }, { logger: null }, { logger: 'console' }, { onEvent: 1 }, { bucket: 1n }, []]
    const contexts = [undefined, null, {}, { serverDistDir: null }]
    for (const options of wrong as Parameters<typeof createCacheHandler>) {
      for (const context of contexts as unknown as { serverDistDir: string }[]) {
        const Handler = createCacheHandler(options)
        const handler = new Handler(context)
        const nothing = undefined as never
        expect(await handler.get('/k', nothing)).toBeNull()
        await expect(handler.set('/k', appPage, nothing)).resolves.toBeUndefined()
        await expect(handler.revalidateTag(nothing)).resolves.toBeUndefined()
        await handler.set('/k', appPage, { kind: 'APP_PAGE', cacheControl })
        expect(await handler.get('/k', { kind: 'APP_PAGE' })).toMatchObject({ value: appPage })
      }
    }
    vi.restoreAllMocks()
  })

  it('tells who gave a wrong listener', async () => {
    const error = vi.spyOn(console, 'error').mockReturnValue()
    const Handler = createCacheHandler({ onEvent: 'log' as never })
    await new Handler({ serverDistDir: createBuild({ buildId: 'listener' }) }).get('/k', { kind: 'APP_PAGE' })
    expect(error.mock.calls.flat().join()).toContain('"onEvent" must be a function, got "log"')
    error.mockRestore()
  })

  it('hands over ages, so that a wall clock that was set makes nothing stale or fresh', async () => {
    const { a } = createFleet()
    await a().get('/other', { kind: 'APP_PAGE' })
    await a().set('/k', appPage, { kind: 'APP_PAGE', cacheControl })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 7_200_000 })
    const found = await a().get('/k', { kind: 'APP_PAGE' })
    vi.useRealTimers()
    const ageForNext = performance.timeOrigin + performance.now() - (found?.lastModified ?? 0)
    expect(Math.abs(ageForNext)).toBeLessThan(20_000)
    await closeCaches()
  })

  it('does not make what is expired servable because it is softly invalidated too', async () => {
    const { a } = createFleet()
    await a().set('/k', appPage, { kind: 'APP_PAGE', cacheControl: { revalidate: 0.1, expire: 0.2 } })
    await a().revalidateTag(['news'], { expire: 31_536_000 })
    await sleep(300)
    const found = await a().get('/k', { kind: 'APP_PAGE' })
    expect(found?.cacheControl).toEqual({ revalidate: 0.1, expire: 0.2 })
    await closeCaches()
  })

  it('does not throw for a value that it cannot store', async () => {
    const { a, events } = createFleet()
    await a().set('/k', { kind: 'PAGES', pageData: { when: new Date() } }, { kind: 'PAGES', cacheControl })
    await closeCaches()
    expect(events.find(({ name }) => name === 'not-stored')).toMatchObject({ error: { code: 'ERR_UNENCODABLE_VALUE' } })
  })
})
