import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openS3Endpoint, type S3Endpoint } from '../s3-endpoint.ts'
import { objectNames, openCaches, pastTtl } from './flask-caches.ts'
import { cachedView, get, post, type StoredResponse } from './flask-view.ts'

let s3: S3Endpoint
beforeAll(async () => {
  s3 = await openS3Endpoint('flask-views')
})
afterAll(() => s3.close())

/** A view that counts its calls in what it answers. */
function counter(): { readonly view: (request: Request) => Response; readonly calls: () => number } {
  let calls = 0
  return { view: ({ url }) => new Response(`${new URL(url).pathname} ${++calls}`), calls: () => calls }
}

const bodyOf = async (response: Promise<Response>): Promise<string> => await (await response).text()

it("`@cached(timeout, key_prefix='view/%s')` on a view: renders a path once for all who ask, in all processes", async () => {
  const { cache, other } = openCaches(s3)
  const { view, calls } = counter()
  // So slow that all ten ask meanwhile.
  const slow = async (request: Request): Promise<Response> => {
    const response = view(request)
    await pastTtl()
    return response
  }
  const here = cachedView(cache, slow, { ttl: 60 })
  const there = cachedView(other, slow, { ttl: 60 })
  const bodies = await Promise.all(Array.from({ length: 10 }, () => bodyOf(here.serve(get('/posts')))))
  expect(new Set(bodies)).toEqual(new Set(['/posts 1']))
  await cache.close()
  expect(await bodyOf(there.serve(get('/posts')))).toBe('/posts 1')
  expect(await bodyOf(there.serve(get('/users')))).toBe('/users 2')
  expect(calls()).toBe(2)
})

it("`@cached(timeout, key_prefix='view/%s')` on a view: past its ttl is served while a new one is rendered, and is gone with its tag", async () => {
  const { cache, other } = openCaches(s3)
  const { view, calls } = counter()
  const { serve } = cachedView(cache, view, { ttl: '40ms', swr: '1d', tags: ['posts'] })
  expect(await bodyOf(serve(get('/posts')))).toBe('/posts 1')
  await pastTtl()
  expect(await bodyOf(serve(get('/posts')))).toBe('/posts 1')
  await vi.waitFor(() => expect(calls()).toBe(2))
  await cache.close()
  await other.revalidateTag('posts')
  expect(await bodyOf(serve(get('/posts')))).toBe('/posts 3')
})

it('`query_string=True` (sorted, hashed): takes the query in any order, and what the key leaves out makes no difference', async () => {
  const { cache } = openCaches(s3)
  const { view, calls } = counter()
  const { serve } = cachedView(cache, view, { ignoredParameters: ['utm_source'] })
  expect(await bodyOf(serve(get('/search?q=a&page=2')))).toBe('/search 1')
  expect(await bodyOf(serve(get('/search?page=2&q=a&utm_source=mail')))).toBe('/search 1')
  expect(await bodyOf(serve(get('/search?q=a')))).toBe('/search 2')
  // Two values of one name are in an order that means something.
  expect(await bodyOf(serve(get('/search?q=a&q=b')))).toBe('/search 3')
  expect(await bodyOf(serve(get('/search?q=b&q=a')))).toBe('/search 4')
  expect(calls()).toBe(4)
})

it('`response_filter`: keeps what it says, with the ttl and the tags that it says', async () => {
  const { cache, other } = openCaches(s3)
  const statuses = new Map([
    ['/ok', 200],
    ['/broken', 500],
    ['/missing', 404],
  ])
  const shouldCache = ({ status }: StoredResponse) => status < 500 && (status !== 404 || { ttl: 5, tags: ['missing'] })
  const view = ({ url }: Request): Response => new Response('', { status: statuses.get(new URL(url).pathname) ?? 0 })
  const { serve, page } = cachedView(cache, view, { ttl: 60, shouldCache })
  for (const [path, status] of statuses) expect((await serve(get(path))).status).toBe(status)
  await cache.close()
  const ttlOf = async (path: string): Promise<number | undefined> => {
    const entry = await other.getEntry(page.keyFor(get(path)))
    return entry && entry.staleAt - entry.createdAt
  }
  expect([await ttlOf('/ok'), await ttlOf('/broken'), await ttlOf('/missing')]).toEqual([60_000, undefined, 5000])
  await other.revalidateTag('missing')
  expect([await ttlOf('/ok'), await ttlOf('/missing')]).toEqual([60_000, undefined])
})

it('`CachedResponse(timeout)`: lets a response say how long it lives, by Cache-Control or by `setTtl`', async () => {
  const { cache, other } = openCaches(s3)
  const view = (): Response => new Response('', { headers: { 'cache-control': 'public, max-age=7' } })
  const shouldCache = ({ headers }: StoredResponse) => ({ ttl: Number(headers['cache-control']?.split('max-age=')[1]) })
  const { serve, page } = cachedView(cache, view, { shouldCache })
  await serve(get('/'))
  await cache.remember('by setTtl', (context) => {
    context.setTtl('9s')
    return 'page'
  })
  await cache.close()
  const [byHeader, bySetTtl] = [await other.getEntry(page.keyFor(get('/'))), await other.getEntry('by setTtl')]
  expect((byHeader?.staleAt ?? 0) - (byHeader?.createdAt ?? 0)).toBe(7000)
  expect((bySetTtl?.staleAt ?? 0) - (bySetTtl?.createdAt ?? 0)).toBe(9000)
})

it('`response_hit_indication` (`hit_cache` header): lets a view send Cache-Status and Age, the standard headers', async () => {
  const { cache } = openCaches(s3)
  const { serve } = cachedView(cache, counter().view)
  const first = await serve(get('/posts'))
  const second = await serve(get('/posts'))
  expect([first.headers.get('cache-status'), first.headers.get('age')]).toEqual(['test; fwd=miss', null])
  expect([second.headers.get('cache-status'), second.headers.get('age')]).toEqual([
    'test; hit',
    expect.stringMatching(/^[0-5]$/),
  ])
})

it('`delete_cached(f, path, query_args)` (2.5): takes one path with its query out, in all processes', async () => {
  const { cache, other } = openCaches(s3)
  const { view } = counter()
  const here = cachedView(cache, view)
  const there = cachedView(other, view)
  expect(await bodyOf(here.serve(get('/search?q=a')))).toBe('/search 1')
  expect(await bodyOf(here.serve(get('/search?q=b')))).toBe('/search 2')
  await cache.close()
  await there.page.invalidate(get('/search?q=a'))
  expect(await bodyOf(here.serve(get('/search?q=b')))).toBe('/search 2')
  expect(await bodyOf(here.serve(get('/search?q=a')))).toBe('/search 3')
})

it('`unless`: passes a request by the cache, which keeps what it has', async () => {
  const { cache, prefix } = openCaches(s3)
  let calls = 0
  const serve = async (cookie: string | undefined): Promise<number> =>
    await cache.remember('/account', () => ++calls, { bypass: () => cookie !== undefined })
  expect(await serve('session=1')).toBe(1)
  await cache.close()
  expect(await objectNames(s3, prefix)).toEqual([])
  expect(await serve(undefined)).toBe(2)
  expect(await serve('session=1')).toBe(3)
  expect(await serve(undefined)).toBe(2)
})

it('async views (#262), POST-body key (#150, #71): awaits a view, and lets a POST by unless its body is the key', async () => {
  const { cache } = openCaches(s3)
  let calls = 0
  const view = async (request: Request): Promise<Response> => {
    const body = await request.text()
    return new Response(`${request.method} ${body} ${++calls}`)
  }
  const { serve } = cachedView(cache, view)
  expect(await bodyOf(serve(get('/search')))).toBe('GET  1')
  expect(await bodyOf(serve(post('/search', 'q=a')))).toBe('POST q=a 2')
  expect(await bodyOf(serve(post('/search', 'q=a')))).toBe('POST q=a 3')
  expect(await bodyOf(serve(get('/search')))).toBe('GET  1')

  const search = cache.memoize(async (query: string) => await bodyOf(view(post('/search', query))), { name: 'search' })
  const serveByBody = async (request: Request): Promise<string> => await search(await request.text())
  expect(await serveByBody(post('/search', 'q=b'))).toBe('POST q=b 4')
  expect(await serveByBody(post('/search', 'q=b'))).toBe('POST q=b 4')
  expect(await serveByBody(post('/search', 'q=c'))).toBe('POST q=c 5')
})
