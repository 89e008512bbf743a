import { beforeEach, describe, expect, it, vi } from 'vitest'
import { cacheable, get, statusOf, text } from '../../../test/http/counting-server.ts'
import { twoProcesses } from '../../../test/http/two-processes.ts'
import { registry } from '../registry.ts'
import { createResponseCache, type ReactRouterCacheOptions } from '../../react-router.ts'

const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
beforeEach(() => {
  registry().delete('advice')
  emitted.mockClear()
})

const FLAGS = { v8_middleware: true }
const build = (version = 'b1', future: object = FLAGS) => ({ assets: { version }, future })

const document = (path: string): Request => get(path, { 'sec-fetch-dest': 'document' })
const fetched = (path: string): Request => get(path, { 'sec-fetch-dest': 'empty' })

/** Answers as React Router does: data for what ends in `.data`, a document for all else. */
function answer(request: Request, calls: string[]): Response {
  const { pathname } = new URL(request.url)
  calls.push(pathname)
  return pathname.endsWith('.data')
    ? cacheable(`data ${calls.length}`, { 'content-type': 'text/x-script', 'x-remix-response': 'yes' })
    : cacheable(`<p>${calls.length}</p>`, { 'content-type': 'text/html' })
}

function open(options: ReactRouterCacheOptions = { build: build() }) {
  const { here } = twoProcesses()
  const pages = createResponseCache(here.cache, options)
  const calls: string[] = []
  const handler = (request: Request): Response => answer(request, calls)
  /** Shows middleware the URL of the page, as React Router 7 does without its flag. */
  const stripped = async (request: Request): Promise<Response> => {
    const url = new URL(request.url)
    url.pathname = url.pathname.replace('/_root.data', '/').replace(/\.data$/, '')
    return await pages.middleware({ request: new Request(url, { headers: request.headers }) }, async () =>
      handler(request),
    )
  }
  return { ...here, pages, calls, handler, wrapped: pages.wrap(handler), stripped }
}

describe('around the handler', () => {
  it('documents and data are two responses, and each is in the cache', async () => {
    const { cache, calls, wrapped } = open()
    const ask = async (): Promise<string[]> => [
      await text(wrapped(document('/a'))),
      await text(wrapped(fetched('/a.data'))),
    ]
    expect(await ask()).toEqual(['<p>1</p>', 'data 2'])
    await cache.close()
    expect(await ask()).toEqual(['<p>1</p>', 'data 2'])
    expect(calls).toHaveLength(2)
  })

  it('the same document is for who navigates and who fetches it, and data for some routes is another', async () => {
    const { cache, calls, wrapped } = open()
    await wrapped(document('/a'))
    await cache.close()
    await wrapped(fetched('/a'))
    expect(calls).toHaveLength(1)
    for (const query of ['', '?_routes=root', '?_routes=root,routes%2Fa']) await wrapped(fetched(`/a.data${query}`))
    expect(calls).toHaveLength(4)
  })

  it('a deploy begins anew', async () => {
    const { cache, pages, calls, handler } = open({})
    await pages.wrap(handler, build('b1'))(document('/a'))
    await cache.close()
    await pages.wrap(handler, async () => build('b1'))(document('/a'))
    expect(calls).toHaveLength(1)
    await pages.wrap(handler, build('b2'))(document('/a'))
    expect(calls).toHaveLength(2)
    expect(emitted).not.toHaveBeenCalled()
  })

  it('purge takes the document and the data', async () => {
    const { cache, pages, calls, wrapped } = open()
    const paths = ['/a', '/a.data', '/a.data?_routes=root', '/', '/_root.data']
    for (const path of paths) await wrapped(fetched(path))
    await cache.close()
    await pages.purge('/a')
    for (const path of paths) await wrapped(fetched(path))
    expect(calls.slice(5)).toEqual(['/a', '/a.data', '/a.data'])
    await cache.close()
    await pages.purge('http://shop.test/')
    for (const path of paths) await wrapped(fetched(path))
    expect(calls.slice(8)).toEqual(['/', '/_root.data'])
  })

  it('the manifest is the framework’s own', async () => {
    const { cache, wrapped } = open()
    expect(statusOf(await wrapped(fetched('/__manifest?paths=/a&version=b1')))).toContain('detail=rule')
    await cache.close()
    expect((await cache.keys()).keys).toEqual([])
  })
})

describe('as middleware that is shown URLs without .data', () => {
  it('navigations are answered from the cache, and data never is, in whatever order they come', async () => {
    const { cache, calls, stripped } = open()
    const order = ['/a', '/a.data', '/a', '/a.data', '/', '/_root.data', '/', '/_root.data']
    const bodies: string[] = []
    for (const path of order) {
      bodies.push(await text(stripped(path.endsWith('.data') ? fetched(path) : document(path))))
      await cache.close()
    }
    expect(bodies.map((body) => (body.startsWith('<') ? 'document' : 'data'))).toEqual(
      order.map((path) => (path.endsWith('.data') ? 'data' : 'document')),
    )
    expect([bodies[0], bodies[4]]).toEqual([bodies[2], bodies[6]])
    expect(calls.filter((path) => !path.endsWith('.data'))).toEqual(['/a', '/'])
  })

  it('data is not stored as a document where a browser navigates to it', async () => {
    const { cache, stripped } = open()
    expect(statusOf(await stripped(document('/a.data')))).toContain('detail=kind')
    await cache.close()
    expect(await text(stripped(document('/a')))).toBe('<p>2</p>')
  })

  it('a resource that is asked for like data is not what a fetcher is given', async () => {
    const { cache, pages } = open()
    const resource = cacheable('{}', { 'content-type': 'application/json' })
    const data = cacheable('data', { 'content-type': 'text/x-script', 'x-remix-response': 'yes' })
    // What is left of /api/prices.data?_routes=prices, and what anybody may ask for.
    const ask = async (answered: Response): Promise<string> =>
      await text(pages.middleware({ request: fetched('/api/prices?_routes=prices') }, async () => answered))
    expect(await ask(resource)).toBe('{}')
    await cache.close()
    expect(await ask(data)).toBe('data')
  })

  it('data does not take a document out that is stale', async () => {
    const { cache, stripped } = open()
    await stripped(document('/a'))
    await cache.close()
    const { keys } = await cache.keys()
    await cache.revalidateTag('_url:/a', { mode: 'stale' })
    await text(stripped(document('/a.data')))
    await cache.close()
    expect(await cache.getEntry(keys[0]?.key ?? '')).toBeDefined()
  })

  it('leaves alone what a rule says is none of its business, so that another cache may keep it', async () => {
    const cache = vi.fn(() => false)
    const { stripped } = open({ build: build(), cache })
    const { headers } = await stripped(fetched('/a.data'))
    expect(headers.get('cache-control')).toBe('public, s-maxage=60')
    expect(cache).toHaveBeenCalledWith(expect.objectContaining({ kind: 'data' }))
  })

  it('says once what to do about it', async () => {
    const { stripped } = open()
    await stripped(document('/a'))
    expect(emitted).not.toHaveBeenCalled()
    await stripped(fetched('/a.data'))
    await stripped(fetched('/b.data'))
    expect(emitted).toHaveBeenCalledTimes(1)
    expect(emitted.mock.calls[0]?.[0]).toContain('future.v8_passThroughRequests')
  })
})

describe('as middleware that is shown URLs as they came', () => {
  it('documents, data and resources are answered from the cache', async () => {
    const future = { ...FLAGS, v8_passThroughRequests: true }
    const { cache, pages, calls, handler } = open({ build: async () => build('b1', future) })
    const ask = (request: Request): Promise<Response> => pages.middleware({ request }, async () => handler(request))
    const requests = [document('/a'), fetched('/a.data'), fetched('/_root.data'), get('/api')]
    for (const request of requests) await ask(request)
    await cache.close()
    for (const request of requests) expect(statusOf(await ask(request))[0]).toBe('hit')
    expect(calls).toHaveLength(4)
    expect(emitted).not.toHaveBeenCalled()
  })
})

describe('below another', () => {
  const future = { ...FLAGS, v8_passThroughRequests: true }
  const stale = { 'cache-control': 'public, s-maxage=60, stale-while-revalidate=60', 'content-type': 'text/html' }

  it('a middleware leaves the request to the outer one, also where that refreshes what is stale', async () => {
    const { cache, pages } = open({ build: build('b1', future) })
    let made = 0
    const ask = (request: Request): Promise<Response> =>
      pages.middleware({ request }, () => pages.middleware({ request }, async () => cacheable(`${++made}`, stale)))
    const first = await ask(document('/a'))
    expect(first.headers.get('cache-status')).toBe('s3-cache; fwd=uri-miss; fwd-status=200')
    expect(await text(first)).toBe('1')
    await cache.close()
    await cache.revalidateTag('_url:/a', { mode: 'stale' })
    expect(await text(ask(document('/a')))).toBe('1')
    await vi.waitFor(() => expect(made).toBe(2))
    await cache.close()
    const last = await ask(document('/a'))
    expect([statusOf(last)[0], await text(last)]).toEqual(['hit', '2'])
  })

  it('a middleware leaves it to what is around the handler', async () => {
    const { cache, pages, calls, handler } = open({ build: build('b1', future) })
    // Frameworks give middleware a Request of their own.
    const wrapped = pages.wrap((request) =>
      pages.middleware({ request: new Request(request) }, async () => handler(request)),
    )
    await text(wrapped(document('/a')))
    await cache.close()
    expect(statusOf(await wrapped(document('/a')))[0]).toBe('hit')
    expect(calls).toHaveLength(1)
  })
})

it('says once that documents need to know their build', async () => {
  const { stripped, wrapped } = open({})
  await stripped(document('/a'))
  await wrapped(document('/a'))
  expect(emitted.mock.calls.map(([, options]) => options)).toEqual([
    { type: 'S3CacheWarning', code: 'S3_CACHE_NO_BUILD' },
  ])
  emitted.mockClear()
  registry().delete('advice')
  await open({ buildId: 'b1' }).stripped(document('/a'))
  expect(emitted).not.toHaveBeenCalled()
})

it('tells rules the kind, the pattern and the parameters', async () => {
  const cache = vi.fn(() => true)
  const { pages, handler } = open({ cache, build: build() })
  const request = document('/a')
  const context = { request, params: { slug: 'a' }, pattern: '/:slug' }
  await pages.middleware(context, async () => handler(request))
  expect(cache).toHaveBeenCalledWith({ ...context, url: new URL(request.url), kind: 'document' })
})
