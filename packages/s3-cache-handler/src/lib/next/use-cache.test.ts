import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBuild, createHandlerFleet, type Both } from '../../../test/handler-fleet.ts'
import { localS3, openS3Endpoint, type S3Endpoint } from '../../../test/s3-endpoint.ts'
import { closeCaches } from '../../index.ts'
import useCacheHandler, { type UseCacheEntry } from '../../use-cache.ts'
import remoteHandler from '../../use-cache-remote.ts'
import { readWhole, streamOf } from './streams.ts'
import { UseCache } from './use-cache.ts'

let s3: S3Endpoint

beforeAll(async () => {
  s3 = await openS3Endpoint('use-cache')
})
afterAll(() => s3.close())

const nextNow = (): number => performance.timeOrigin + performance.now()
const NO_LIMIT = 4_294_967_294
/** Longer than any instance of these tests looks away. */
const refreshed = (): Promise<void> => sleep(60)

const entryOf = (text: string, more: Partial<UseCacheEntry> = {}): UseCacheEntry => ({
  value: streamOf(Buffer.from(text)),
  tags: [],
  stale: 300,
  timestamp: nextNow(),
  expire: NO_LIMIT,
  revalidate: 900,
  ...more,
})

type Handler = Both['useCache']
const textOf = async (entry: UseCacheEntry | undefined): Promise<string | undefined> =>
  entry && (await readWhole(entry.value)).toString()
const read = async (handler: Handler, key = 'k', softTags: string[] = []): Promise<string | undefined> =>
  await textOf(await handler.get(key, softTags))

/** As Next does: it asks, makes the value, and sets it. */
async function make(handler: Handler, text: string, more: Partial<UseCacheEntry> = {}, key = 'k'): Promise<void> {
  await handler.refreshTags()
  await handler.get(key, [])
  await handler.set(key, Promise.resolve(entryOf(text, more)))
}

describe('a value that one instance made', () => {
  it('comes back from another, whole, with all that Next goes by', async () => {
    const fleet = createHandlerFleet(s3)
    const [a, b] = [fleet.both().useCache, fleet.both().useCache]
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const timestamp = nextNow() - 2000.5
    const entry = entryOf('', { timestamp, tags: ['t', 'ü'], stale: 30, expire: 3600, revalidate: 60 })
    await a.set('k', Promise.resolve({ ...entry, value: streamOf(bytes) }))
    await closeCaches()
    const found = await b.get('k', [])
    expect(found).toMatchObject({ tags: ['t', 'ü'], stale: 30, expire: 3600, revalidate: 60 })
    // By the store's clock, which tells whole seconds.
    expect(Math.abs((found?.timestamp ?? 0) - timestamp)).toBeLessThan(1500)
    expect((await readWhole(found?.value ?? streamOf(Buffer.of()))).equals(bytes)).toBe(true)
    expect(await read(b)).toBe(bytes.toString())
  })

  it('may have no limit, or one that JSON does not know', async () => {
    const fleet = createHandlerFleet(s3)
    const [a, b] = [fleet.both().useCache, fleet.both().useCache]
    await a.set('k', Promise.resolve(entryOf('x', { expire: Infinity, revalidate: Infinity })))
    await a.set('l', Promise.resolve(entryOf('x', { revalidate: NO_LIMIT })))
    await closeCaches()
    expect(await b.get('k', [])).toMatchObject({ expire: Infinity, revalidate: Infinity })
    expect(await b.get('l', [])).toMatchObject({ expire: NO_LIMIT, revalidate: NO_LIMIT })
  })

  it('is found under any key, and under no other', async () => {
    const fleet = createHandlerFleet(s3)
    const [a, b] = [fleet.both().useCache, fleet.both().useCache]
    const long = JSON.stringify(['fn', 'x'.repeat(10_000)])
    const keys = ['["fn",["../../etc"],["b1"]]', '["fn",["\ud800"]]', `${long}1`, `${long}2`, '["fn","é/?\u0000"]']
    for (const key of keys) await a.set(key, Promise.resolve(entryOf(key)))
    await closeCaches()
    for (const key of keys) expect(await read(b, key)).toBe(Buffer.from(key).toString())
    expect(await read(b, `${long}3`)).toBeUndefined()
  })

  it('belongs to its deployment', async () => {
    const fleet = createHandlerFleet(s3)
    const [a, next] = [fleet.both().useCache, fleet.both(createBuild('b2')).useCache]
    await a.set('k', Promise.resolve(entryOf('x')))
    await closeCaches()
    expect([await read(a), await read(next)]).toEqual(['x', undefined])
  })
})

describe('set', () => {
  it('is waited for by who asks meanwhile', async () => {
    const { useCache } = createHandlerFleet(s3).both()
    const pending = sleep(30).then(() => entryOf('x'))
    const set = useCache.set('k', pending)
    expect(await read(useCache)).toBe('x')
    await set
  })

  it('stores nothing of a stream that errors half-way, nor of an entry that failed, and rejects neither', async () => {
    const fleet = createHandlerFleet(s3)
    const { useCache } = fleet.both()
    const value = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(Buffer.from('half'))
        await sleep(5)
        controller.error(new Error('broke'))
      },
    })
    await useCache.set('k', Promise.resolve(entryOf('', { value })))
    await useCache.set('l', Promise.reject(new Error('failed')))
    expect([await read(useCache, 'k'), await read(useCache, 'l')]).toEqual([undefined, undefined])
    expect(fleet.events.filter(({ name }) => name === 'not-stored')).toHaveLength(2)
  })

  it('stores nothing that Next would make anew at every read, and lets go of its stream', async () => {
    const fleet = createHandlerFleet(s3)
    const { useCache } = fleet.both()
    let isCancelled = false
    const value = new ReadableStream<Uint8Array>({ cancel: () => void (isCancelled = true) })
    await useCache.set('k', Promise.resolve(entryOf('', { value, expire: 0 })))
    expect([await read(useCache), isCancelled]).toEqual([undefined, true])
    await closeCaches()
    expect(await fleet.keys('entries/')).toEqual([])
  })

  it('does not wait for who reads the other half of a stream that it lets go of', async () => {
    const environment = { kind: 'disabled' } as const
    const [, value] = new ReadableStream<Uint8Array>().tee()
    await new UseCache(environment).set('k', Promise.resolve(entryOf('', { value })))
  })

  it('does not hang on a stream that never ends, and neither does who waits for it', async () => {
    const { useCache } = createHandlerFleet(s3).both()
    const value = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(Buffer.from('x')) })
    const set = useCache.set('k', Promise.resolve(entryOf('', { value })))
    expect(await read(useCache)).toBeUndefined()
    await set
    expect(await read(useCache)).toBeUndefined()
  })
})

describe('an entry past its time', () => {
  it('is given while it is stale, so that Next makes it anew, and not once it is expired', async () => {
    const { useCache } = createHandlerFleet(s3).both()
    const ago = (seconds: number): number => nextNow() - seconds * 1000
    await useCache.set('stale', Promise.resolve(entryOf('x', { timestamp: ago(10), revalidate: 5, expire: 60 })))
    await useCache.set('gone', Promise.resolve(entryOf('x', { timestamp: ago(100), revalidate: 5, expire: 60 })))
    expect(await useCache.get('stale', [])).toMatchObject({ revalidate: 5 })
    expect(await useCache.get('gone', [])).toBeUndefined()
  })
})

describe('an invalidation on one instance', () => {
  it('takes what another has, hard and soft, by own and by soft tags', async () => {
    const fleet = createHandlerFleet(s3)
    const [a, b] = [fleet.both().useCache, fleet.both().useCache]
    for (const tag of ['hard', 'soft', 'both', 'other']) await make(a, tag, { tags: [tag] }, tag)
    await closeCaches()
    for (const tag of ['hard', 'soft', 'both', 'other']) expect(await read(b, tag, ['_N_T_/p'])).toBe(tag)
    await a.updateTags(['hard'])
    await a.updateTags(['soft'], { expire: 31_536_000 })
    await a.updateTags(['both'])
    await a.updateTags(['both'], { expire: 31_536_000 })
    await refreshed()
    for (const handler of [a, b]) {
      expect(await read(handler, 'hard')).toBeUndefined()
      expect(await read(handler, 'both')).toBeUndefined()
      expect(await handler.get('soft', [])).toMatchObject({ revalidate: -1 })
    }
    await a.updateTags(['_N_T_/p'])
    await refreshed()
    expect(await b.get('other', ['_N_T_/p'])).toBeUndefined()
    expect(await b.get('other', ['_N_T_/q'])).toMatchObject({ revalidate: 900 })
  })

  it('is one for pages and for use cache', async () => {
    const fleet = createHandlerFleet(s3)
    const [a, b] = [fleet.both(), fleet.both()]
    const cacheControl = { revalidate: 900, expire: undefined }
    const page = { kind: 'APP_PAGE', html: 'page', headers: { 'x-next-cache-tags': '%C3%BC' } }
    await a.pages().set('/p', page, { kind: 'APP_PAGE', cacheControl })
    await make(a.useCache, 'value', { tags: ['ü'] })
    await closeCaches()
    // Next encodes tags for the one and not for the other.
    await b.useCache.updateTags(['ü'])
    await refreshed()
    expect(await a.pages().get('/p', { kind: 'APP_PAGE' })).toBeNull()
    expect(await read(a.useCache)).toBeUndefined()
    await make(a.useCache, 'again', { tags: ['ü'] })
    await a.pages().revalidateTag(['%C3%BC'])
    expect(await read(a.useCache)).toBeUndefined()
  })

  it('that Next tells both handlers is stored once', async () => {
    const fleet = createHandlerFleet(s3)
    const { pages, useCache } = fleet.both()
    await read(useCache)
    await Promise.all([useCache.updateTags(['t']), pages().revalidateTag(['t'])])
    expect(await fleet.keys('tags/log/')).toHaveLength(1)
    await Promise.all([useCache.updateTags(['t']), useCache.updateTags(['t'])])
    expect(fleet.events.filter(({ name }) => name === 'invalidated')).toHaveLength(3)
  })

  it('leaves alone what was made after it on demand, for which Next asks for nothing but the tags', async () => {
    const fleet = createHandlerFleet(s3)
    const [a, b] = [fleet.both().useCache, fleet.both().useCache]
    await b.get('k', [])
    await a.updateTags(['t'])
    await refreshed()
    await b.refreshTags()
    await b.set('k', Promise.resolve(entryOf('new', { tags: ['t'] })))
    expect(await read(b)).toBe('new')
  })

  it('overtakes what began before it, however late that is set', async () => {
    const fleet = createHandlerFleet(s3)
    const [a, b] = [fleet.both().useCache, fleet.both().useCache]
    await a.refreshTags()
    await a.get('k', [])
    const timestamp = nextNow()
    await b.updateTags(['t'])
    await refreshed()
    await a.refreshTags()
    await a.set('k', Promise.resolve(entryOf('old', { tags: ['t'], timestamp })))
    await closeCaches()
    expect([await read(a), await read(b)]).toEqual([undefined, undefined])
    await make(a, 'new', { tags: ['t'] })
    await closeCaches()
    expect([await read(a), await read(b)]).toEqual(['new', 'new'])
  })
})

it('makes misses of a store that is down, and throws nothing', async (context) => {
  const { faults } = localS3(context, s3, 'faults')
  const { useCache } = createHandlerFleet(s3).both()
  const fault = faults.add({ fault: { kind: 'status', status: 503 } })
  await useCache.refreshTags()
  expect(await read(useCache)).toBeUndefined()
  await useCache.set('k', Promise.resolve(entryOf('x')))
  await useCache.updateTags(['t'])
  faults.remove(fault.id)
})

it('is one object for all kinds, and checks soft tags itself', async () => {
  expect(remoteHandler).toBe(useCacheHandler)
  expect(await useCacheHandler.getExpiration(['_N_T_/'])).toBe(Infinity)
})
