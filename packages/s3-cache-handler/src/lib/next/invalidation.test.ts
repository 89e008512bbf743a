import { setTimeout as sleep } from 'node:timers/promises'
import { tagsManifest } from 'next/dist/server/lib/incremental-cache/tags-manifest.external.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBuild, createHandlerFleet, PREVIEW_MODE_ID } from '../../../test/handler-fleet.ts'
import { localS3, openS3Endpoint, type S3Endpoint } from '../../../test/s3-endpoint.ts'
import { type CacheEvent, closeCaches, createCacheHandler } from '../../index.ts'

let s3: S3Endpoint

beforeAll(async () => {
  s3 = await openS3Endpoint('invalidation')
})
afterAll(() => s3.close())

const SHA = 'a'.repeat(64)
const cacheControl = { revalidate: false, expire: undefined } as const
const page = (html: string, tags = 'news') => ({
  kind: 'APP_PAGE',
  html,
  headers: { 'x-next-cache-tags': tags },
  status: 200,
})
const legacy = (html: string) => ({ kind: 'PAGES', html, pageData: {}, headers: undefined, status: 200 })
const data = { kind: 'FETCH', data: { headers: {}, body: 'aGk=', status: 200, url: 'u' }, revalidate: 60 }
/** Longer than any instance of these tests looks away. */
const refreshed = (): Promise<void> => sleep(60)

describe('an invalidation on one instance', () => {
  it('is true on another: hard, soft, and hard then soft', async () => {
    const fleet = createHandlerFleet(s3)
    const [a, b] = [fleet.instance(), fleet.instance()]
    for (const [key, durations] of [
      ['/hard', undefined],
      ['/soft', { expire: 31_536_000 }],
      ['/both', undefined],
    ] as const) {
      await a().set(key, page(key, key), { kind: 'APP_PAGE', cacheControl })
      await closeCaches()
      expect(await b().get(key, { kind: 'APP_PAGE' })).toMatchObject({ value: { html: key } })
      await a().revalidateTag([key], durations)
    }
    await a().revalidateTag('/both', { expire: 31_536_000 })
    await refreshed()
    for (const instance of [a, b]) {
      expect(await instance().get('/hard', { kind: 'APP_PAGE' })).toBeNull()
      expect(await instance().get('/both', { kind: 'APP_PAGE' })).toBeNull()
      const soft = await instance().get('/soft', { kind: 'APP_PAGE' })
      expect(soft).toMatchObject({ value: { html: '/soft' }, cacheControl: { revalidate: 1 } })
    }
  })

  it('takes data by its own tags and by those of the path that reads it', async () => {
    const fleet = createHandlerFleet(s3)
    const [a, b] = [fleet.instance(), fleet.instance()]
    await a().set('k', data, { fetchCache: true, tags: ['t'] })
    await closeCaches()
    expect(await b().get('k', { kind: 'FETCH', tags: ['t'], softTags: ['_N_T_/p'] })).not.toBeNull()
    await a().revalidateTag(['_N_T_/p'])
    await refreshed()
    expect(await b().get('k', { kind: 'FETCH', tags: ['t'], softTags: ['_N_T_/p'] })).toBeNull()
    expect(await b().get('k', { kind: 'FETCH', tags: ['t'], softTags: ['_N_T_/q'] })).not.toBeNull()
  })

  it('by a tag with a comma reaches the page whose header it is in, and the data', async () => {
    const fleet = createHandlerFleet(s3)
    const [a, b] = [fleet.instance(), fleet.instance()]
    const pages = { '/both': 'x,fruit,red,y', '/twice': 'red,fruit,red', '/one': 'x,fruit', '/other': 'red,fruit' }
    for (const [key, tags] of Object.entries(pages)) {
      await a().set(key, page(key, tags), { kind: 'APP_PAGE', cacheControl })
    }
    await a().set('k', data, { fetchCache: true, tags: ['fruit,red'] })
    await closeCaches()
    await a().revalidateTag(['fruit,red'])
    await refreshed()
    for (const instance of [a, b]) {
      for (const key of ['/both', '/twice']) expect(await instance().get(key, { kind: 'APP_PAGE' })).toBeNull()
      for (const key of ['/one', '/other']) expect(await instance().get(key, { kind: 'APP_PAGE' })).not.toBeNull()
      expect(await instance().get('k', { kind: 'FETCH', tags: ['fruit,red'] })).toBeNull()
    }
  })

  it('by path reaches a page of the Pages Router in the default locale with and without its name', async () => {
    const fleet = createHandlerFleet(s3)
    const build = createBuild('localised', { i18n: { locales: ['en', 'fr'], defaultLocale: 'en' } })
    const [a, b] = [fleet.instance(build), fleet.instance(build)]
    const key = (path: string): string => `/route-cache/PAGES/${SHA}/$${path}`
    for (const path of ['/en/x', '/en/y', '/fr/x', '/en']) {
      await a().set(key(path), legacy(path), { kind: 'PAGES', cacheControl })
    }
    await closeCaches()
    await a().revalidateTag(['_N_T_/x'])
    await a().revalidateTag(['_N_T_/en/y'])
    await a().revalidateTag(['_N_T_/', '_N_T_/index'])
    await refreshed()
    for (const path of ['/en/x', '/en/y', '/en']) expect(await b().get(key(path), { kind: 'PAGES' })).toBeNull()
    expect(await b().get(key('/fr/x'), { kind: 'PAGES' })).not.toBeNull()
  })

  it('by path reaches a page of the Pages Router, which carries no tags', async () => {
    const fleet = createHandlerFleet(s3)
    const [a, b] = [fleet.instance(), fleet.instance()]
    const key = (path: string): string => `/route-cache/PAGES/${SHA}/$${path}`
    for (const path of ['/legacy/x', '/legacy/y', '/legacy/über', '/index']) {
      await a().set(key(path), legacy(path), { kind: 'PAGES', cacheControl })
    }
    await closeCaches()
    await a().revalidateTag(['_N_T_/legacy/x'])
    // As Next hands it over, for a key that has it decoded.
    await a().revalidateTag(['_N_T_/legacy/%C3%BCber'])
    await a().revalidateTag(['_N_T_/', '_N_T_/index'])
    await refreshed()
    expect(await b().get(key('/legacy/x'), { kind: 'PAGES' })).toBeNull()
    expect(await b().get(key('/legacy/über'), { kind: 'PAGES' })).toBeNull()
    expect(await b().get(key('/index'), { kind: 'PAGES' })).toBeNull()
    expect(await b().get(key('/legacy/y'), { kind: 'PAGES' })).not.toBeNull()
    await a().revalidateTag(['_N_T_/layout'])
    await refreshed()
    expect(await b().get(key('/legacy/y'), { kind: 'PAGES' })).toBeNull()
  })

  it('outlives a render that began before it and ends after it, wherever that is', async () => {
    const fleet = createHandlerFleet(s3)
    const [a, b] = [fleet.instance(), fleet.instance()]
    const [onA, onB] = [a(), b()]
    for (const handler of [onA, onB]) expect(await handler.get('/slow', { kind: 'APP_PAGE' })).toBeNull()
    await a().revalidateTag('news')
    for (const handler of [onA, onB]) {
      await handler.set('/slow', page('began before'), { kind: 'APP_PAGE', cacheControl })
      await closeCaches()
      await refreshed()
      for (const instance of [a, b]) expect(await instance().get('/slow', { kind: 'APP_PAGE' })).toBeNull()
    }
  })

  it('outlives it also where another render of the same key began after it in the same request', async () => {
    const fleet = createHandlerFleet(s3)
    const a = fleet.instance()
    const handler = a()
    const context = { kind: 'FETCH', tags: ['t'] } as const
    const set = async (body: string): Promise<void> =>
      await handler.set('k', { ...data, data: { ...data.data, body } }, { fetchCache: true, tags: ['t'] })
    for (let render = 0; render < 2; render++) expect(await handler.get('k', context)).toBeNull()
    await set('first')
    await a().revalidateTag('t')
    expect(await handler.get('k', context)).toBeNull()
    await set('read before the invalidation')
    expect(await a().get('k', context)).toBeNull()
    await set('read after it')
    await closeCaches()
  })

  it('makes no more of a value that Next sets again after a failed render than it was', async () => {
    const fleet = createHandlerFleet(s3)
    const [a, b] = [fleet.instance(), fleet.instance()]
    await a().set('/k', page('old'), { kind: 'APP_PAGE', cacheControl })
    await closeCaches()
    await b().revalidateTag('news', { expire: 31_536_000 })
    await refreshed()
    const handler = a()
    const found = await handler.get('/k', { kind: 'APP_PAGE' })
    await handler.set('/k', found?.value ?? null, { kind: 'APP_PAGE', cacheControl: { revalidate: 3, expire: 30 } })
    expect(await a().get('/k', { kind: 'APP_PAGE' })).toMatchObject({ cacheControl: { revalidate: 3, expire: 30 } })
    await b().revalidateTag('news')
    await refreshed()
    expect(await a().get('/k', { kind: 'APP_PAGE' })).toBeNull()
  })

  it('that the store refuses holds where it was called, and is reported', async (context) => {
    const { faults } = localS3(context, s3, 'faults')
    const fleet = createHandlerFleet(s3)
    const a = fleet.instance()
    await a().set('/k', page('old'), { kind: 'APP_PAGE', cacheControl })
    await closeCaches()
    const keyPattern = `^${fleet.prefix}v1/tags/log/`
    const fault = faults.add({ fault: { kind: 'status', status: 403 }, operation: 'PutObject', keyPattern })
    await a().revalidateTag('news')
    expect(await a().get('/k', { kind: 'APP_PAGE' })).toBeNull()
    await sleep(300)
    expect(fleet.events.filter(({ name }) => name === 'invalidation-failed').length).toBeGreaterThan(1)
    faults.remove(fault.id)
    await closeCaches()
    expect(fleet.events.map(({ name }) => name)).toContain('announced')
  })
})

it('is told to every handler of a process that shares what is known, and to each once', async () => {
  const fleet = createHandlerFleet(s3)
  const { bucket, endpoint, region } = s3
  const options = { bucket, endpoint, region, prefix: `${fleet.prefix}shared/`, log: 'silent' } as const
  const heard: CacheEvent[][] = [[], []]
  const serverDistDir = createBuild('b1')
  const handlers = heard.map(
    (events) => new (createCacheHandler({ ...options, onEvent: (event) => events.push(event) }))({ serverDistDir }),
  )
  for (const handler of handlers) await handler.get('/k', { kind: 'APP_PAGE' })
  await handlers[1]?.revalidateTag('news')
  for (const events of heard) expect(events.filter(({ name }) => name === 'announced')).toHaveLength(1)
})

describe('a soft invalidation', () => {
  it('is told to Next by the age of the entry and by Next’s own manifest, which touches nothing newer', async () => {
    const fleet = createHandlerFleet(s3)
    const a = fleet.instance()
    await a().get('/k', { kind: 'APP_PAGE' })
    await a().set('/k', page('old', 'in-manifest,other'), { kind: 'APP_PAGE', cacheControl })
    const setAt = performance.timeOrigin + performance.now()
    await sleep(20)
    await a().revalidateTag('in-manifest', { expire: 31_536_000 })
    const found = await a().get('/k', { kind: 'APP_PAGE' })
    const stale = tagsManifest.get('in-manifest')?.stale ?? 0
    expect(stale).toBeGreaterThan(found?.lastModified ?? Infinity)
    expect(stale).toBeLessThanOrEqual(setAt + 2)
    expect(tagsManifest.has('other')).toBe(false)
  })
})

describe('res.revalidate() of the Pages Router', () => {
  const key = `/route-cache/PAGES/${SHA}/$/legacy/on-demand`
  const context = { kind: 'PAGES', cacheControl } as const
  const onDemand = { 'x-prerender-revalidate': PREVIEW_MODE_ID }

  it('makes other instances follow, and an older render that ends late lose', async () => {
    const fleet = createHandlerFleet(s3)
    const [a, b] = [fleet.instance(), fleet.instance()]
    await a().set(key, legacy('one'), context)
    await closeCaches()
    const older = b()
    expect(await older.get(key, context)).toMatchObject({ value: { html: 'one' } })
    const handler = a(onDemand)
    await handler.get(key, context)
    await handler.set(key, legacy('two'), context)
    await refreshed()
    expect(await b().get(key, context)).toMatchObject({ value: { html: 'two' }, cacheControl })
    await older.set(key, legacy('an older render'), context)
    await closeCaches()
    for (const instance of [a, b, fleet.instance()]) {
      const { value, cacheControl: lifetime } = (await instance().get(key, context)) ?? {}
      if (value?.['html'] !== 'two') expect(lifetime).toMatchObject({ revalidate: 1 })
    }
  })

  it('ends when the page is in the bucket', async () => {
    const fleet = createHandlerFleet(s3)
    const handler = fleet.instance()(onDemand)
    await handler.get(key, context)
    await handler.set(key, legacy('one'), context)
    expect(await fleet.keys('entries/')).toHaveLength(1)
  })

  it('is not believed of a visitor who sends the header without the secret', async () => {
    const fleet = createHandlerFleet(s3)
    await fleet.instance()({ 'x-prerender-revalidate': 'guessed' }).get(key, context)
    expect(await fleet.keys('tags/log/')).toEqual([])
  })
})
