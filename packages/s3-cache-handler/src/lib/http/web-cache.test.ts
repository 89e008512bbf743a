import { afterEach, describe, expect, it, vi } from 'vitest'
import { createS3Cache, memoryStore, type S3Cache } from '../../cache.ts'
import { createWebCache, type WebCache } from '../../http.ts'

const logger = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() }
afterEach(() => vi.unstubAllGlobals())

interface Opened {
  readonly cache: S3Cache
  readonly web: WebCache
  /** The same entries as another process has them. */
  readonly other: WebCache
}

function open(): Opened {
  const store = memoryStore()
  const options = { store, prefix: 'p/', logger, memoryCheckMs: 0, tagRefreshMs: 0 }
  const cache = createS3Cache(options)
  return { cache, web: createWebCache(cache), other: createWebCache(createS3Cache({ ...options, timeoutMs: 1999 })) }
}

const URL_A = 'https://shop.test/a?b=1'
const bodyOf = async (response: Response | undefined): Promise<string | undefined> => await response?.text()

describe('a response that was put', () => {
  it('is matched with all that it had, as often as anybody likes, in all processes', async () => {
    const { web, other } = open()
    const bytes = Buffer.from([0, 255, 10])
    await web.put(URL_A, new Response(bytes, { status: 201, statusText: 'Made', headers: { 'content-type': 'a/b' } }))
    for (const each of [web, other, other]) {
      const response = await each.match(new Request(URL_A))
      expect([response?.status, response?.statusText]).toEqual([201, 'Made'])
      expect([...(response?.headers ?? [])]).toEqual([['content-type', 'a/b']])
      expect(Buffer.from((await response?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(bytes)
    }
  })

  it('is matched by its whole URL but for the fragment, and by GET', async () => {
    const { web } = open()
    await web.put(`${URL_A}#top`, new Response('a'))
    expect(await bodyOf(await web.match(`${URL_A}#other`))).toBe('a')
    expect(await bodyOf(await web.match(new URL(URL_A)))).toBe('a')
    expect(await web.match('https://shop.test/a')).toBeUndefined()
    expect(await bodyOf(await web.match('https://shop.test/a?c=2', { ignoreSearch: true }))).toBe('a')
    expect(await web.match('https://shop.test/ab', { ignoreSearch: true })).toBeUndefined()
    const post = new Request(URL_A, { method: 'POST' })
    expect(await web.match(post)).toBeUndefined()
    expect(await bodyOf(await web.match(post, { ignoreMethod: true }))).toBe('a')
  })

  it('is matched by the headers that it varies by, each for itself', async () => {
    const { web, other } = open()
    const request = (language: string): Request => new Request(URL_A, { headers: { 'accept-language': language } })
    const response = (body: string): Response => new Response(body, { headers: { vary: 'Accept-Language' } })
    await web.put(request('de'), response('hallo'))
    await web.put(request('en'), response('hello'))
    expect([await bodyOf(await other.match(request('de'))), await bodyOf(await other.match(request('en')))]).toEqual([
      'hallo',
      'hello',
    ])
    expect(await other.match(request('fr'))).toBeUndefined()
    expect(await other.match(URL_A)).toBeUndefined()
    expect(await bodyOf(await other.match(URL_A, { ignoreVary: true }))).toBe('hello')
    expect((await other.keys()).map(({ url }) => url)).toEqual([URL_A])
  })

  it('is deleted with all its variants, where what it varies by makes no difference', async () => {
    const { web, other } = open()
    const request = (language: string): Request => new Request(URL_A, { headers: { 'accept-language': language } })
    for (const language of ['de', 'en']) {
      await web.put(request(language), new Response(language, { headers: { vary: 'Accept-Language' } }))
    }
    await web.put('https://shop.test/a?b=2', new Response('another'))
    expect(await web.delete(URL_A, { ignoreVary: true })).toBe(true)
    expect([await other.match(request('de')), await other.match(request('en'))]).toEqual([undefined, undefined])
    expect(await bodyOf(await other.match('https://shop.test/a?b=2'))).toBe('another')
  })

  it('can be made again', async () => {
    const { web } = open()
    await expect(web.put(URL_A, Response.error())).rejects.toBeInstanceOf(TypeError)
    expect(await web.match(URL_A)).toBeUndefined()
  })

  it('is fetched by GET alone', async () => {
    const { web } = open()
    const fetched = vi.fn(async () => new Response('a'))
    vi.stubGlobal('fetch', fetched)
    await expect(web.add(new Request(URL_A, { method: 'POST' }))).rejects.toBeInstanceOf(TypeError)
    expect(fetched).not.toHaveBeenCalled()
  })

  it('replaces the one before', async () => {
    const { web } = open()
    await web.put(URL_A, new Response('a'))
    await web.put(URL_A, new Response('b'))
    expect(await bodyOf(await web.match(URL_A))).toBe('b')
    expect((await web.matchAll()).length).toBe(1)
  })

  it('is kept for ever, or as long as it says, and is gone with its tags', async () => {
    const { cache, web } = open()
    const lifetimeOf = async (): Promise<number | undefined> => {
      const entry = await cache.getEntry(['caches', 'https://shop.test/a', '?b=1'])
      return entry && (entry.staleAt - entry.createdAt) / 1000
    }
    await web.put(URL_A, new Response('a', { headers: { 'cache-control': 'max-age=0' } }))
    expect(await lifetimeOf()).toBe(Infinity)
    await web.put(URL_A, new Response('a', { headers: { 'cache-control': 'max-age=60' } }))
    expect(await lifetimeOf()).toBe(60)
    await web.put(URL_A, new Response('a', { headers: { 'cache-tag': 'posts, post:1' } }))
    await cache.revalidateTag('post:1')
    expect(await web.match(URL_A)).toBeUndefined()
  })

  it('keeps no cookie: a browser shows none either', async () => {
    const { web } = open()
    await web.put(URL_A, new Response('a', { headers: { 'set-cookie': 'session=1' } }))
    expect((await web.match(URL_A))?.headers.get('set-cookie')).toBeNull()
  })
})

describe('put', () => {
  it('refuses what the specification refuses', async () => {
    const { web } = open()
    const used = new Response('a')
    await used.text()
    const locked = new Response('a')
    locked.body?.getReader()
    const refused: [string | Request, Response][] = [
      [new Request(URL_A, { method: 'POST' }), new Response('a')],
      ['ftp://shop.test/a', new Response('a')],
      ['/relative', new Response('a')],
      [URL_A, new Response('a', { status: 206 })],
      [URL_A, new Response('a', { headers: { vary: 'accept, *' } })],
      [URL_A, used],
      [URL_A, locked],
    ]
    for (const [request, response] of refused) {
      await expect(web.put(request, response)).rejects.toBeInstanceOf(TypeError)
    }
    expect(await web.keys()).toEqual([])
  })
})

describe('delete', () => {
  it('tells whether there was one, and takes no other', async () => {
    const { web, other } = open()
    await web.put(URL_A, new Response('a'))
    await web.put('https://shop.test/a', new Response('b'))
    await web.put('https://shop.test/b', new Response('c'))
    expect(await other.delete(new Request(URL_A, { method: 'POST' }))).toBe(false)
    expect([await other.delete(URL_A), await other.delete(URL_A)]).toEqual([true, false])
    expect((await web.keys()).map(({ url }) => url)).toEqual(['https://shop.test/a', 'https://shop.test/b'])
    expect(await other.delete('https://shop.test/a?x', { ignoreSearch: true })).toBe(true)
    expect((await web.keys()).map(({ url }) => url)).toEqual(['https://shop.test/b'])
  })
})

describe('add', () => {
  it('fetches and puts, or nothing at all where one answer is no success', async () => {
    const { web } = open()
    vi.stubGlobal('fetch', async (url: string) => new Response(url, { status: url.endsWith('no') ? 404 : 200 }))
    await web.add('https://shop.test/a')
    expect(await bodyOf(await web.match('https://shop.test/a'))).toBe('https://shop.test/a')
    await expect(web.addAll(['https://shop.test/b', 'https://shop.test/no'])).rejects.toBeInstanceOf(TypeError)
    expect(await web.match('https://shop.test/b')).toBeUndefined()
  })

  it('stores none of several where one may not be', async () => {
    const { web } = open()
    const headersOf = (url: string): Record<string, string> => (url.endsWith('any') ? { vary: '*' } : {})
    vi.stubGlobal('fetch', async (url: string) => new Response(url, { headers: headersOf(url) }))
    await expect(web.addAll(['https://shop.test/b', 'https://shop.test/any'])).rejects.toBeInstanceOf(TypeError)
    expect(await web.match('https://shop.test/b')).toBeUndefined()
    await web.addAll(['https://shop.test/b', 'https://shop.test/c'])
    expect(await bodyOf(await web.match('https://shop.test/b'))).toBe('https://shop.test/b')
  })
})

it('has names of its own in each namespace', async () => {
  const { cache, web } = open()
  const other = createWebCache(cache.namespace('hydrogen'))
  await other.put(URL_A, new Response('a'))
  expect([await web.match(URL_A), await bodyOf(await other.match(URL_A))]).toEqual([undefined, 'a'])
})

it('refuses options that are wrong', () => {
  const { cache } = open()
  expect(() => createWebCache(cache, { ttl: -1 })).toThrow('"ttl" must be')
  expect(() => createWebCache(cache, { tll: 1 } as object)).toThrow('knows no option "tll"')
})
