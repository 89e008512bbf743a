import { describe, expect, it, vi } from 'vitest'
import { cacheable, countingServer, deferred, get, statusOf, text } from '../../../test/http/counting-server.ts'
import { twoProcesses } from '../../../test/http/two-processes.ts'
import { createResponseCache, type ResponseCacheOptions } from '../../http.ts'

function open(options: ResponseCacheOptions = {}) {
  const { here } = twoProcesses()
  const server = countingServer()
  const ask = createResponseCache(here.cache, options).wrap(server.handle)
  const keys = async (): Promise<number> => {
    await here.cache.close()
    return (await here.cache.keys()).keys.length
  }
  return { ...here, server, ask, keys }
}

describe('a response that is one person’s', () => {
  it.each([
    ['set-cookie', { 'set-cookie': 'session=1' }],
    ['private', { 'cache-control': 'private, max-age=60' }],
    ['no-store', { 'cache-control': 'no-store' }],
    ['no-cache', { 'cache-control': 'no-cache, s-maxage=60' }],
    ['vary', { vary: 'cookie' }],
  ])('is not stored, nor given to who asks meanwhile: %s', async (reason, headers) => {
    const { server, ask, keys } = open()
    const slow = deferred()
    server.answer(async (_, count) => {
      if (count === 1) await slow.promise
      return cacheable(`for ${count}`, headers)
    })
    const asked = Array.from({ length: 5 }, () => ask(get('/a')))
    await vi.waitFor(() => expect(server.requests).toHaveLength(1))
    slow.resolve()
    const responses = await Promise.all(asked)
    expect(new Set(await Promise.all(responses.map(text))).size).toBe(5)
    expect(responses.flatMap(statusOf)).toContain(`detail=${reason}`)
    expect(await keys()).toBe(0)
  })

  it('keeps all of its cookies', async () => {
    const { server, ask } = open()
    server.answer(() => {
      const response = cacheable('a')
      response.headers.append('set-cookie', 'a=1')
      response.headers.append('set-cookie', 'b=2')
      return response
    })
    expect((await ask(get('/a'))).headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })
})

describe('a request that is one person’s', () => {
  it.each([
    ['authorization', { authorization: 'Bearer x' }],
    ['cookie', { cookie: 'session=1' }],
    ['range', { range: 'bytes=0-1' }],
    ['upgrade', { upgrade: 'websocket' }],
  ])('is passed by, also where there is a response in the cache: %s', async (reason, headers) => {
    const { server, ask, keys } = open()
    await ask(get('/a'))
    expect(await keys()).toBe(1)
    const answer = await ask(get('/a', headers))
    expect([await answer.text(), statusOf(answer)]).toEqual([
      '/a 2',
      ['fwd=bypass', 'fwd-status=200', `detail=${reason}`],
    ])
    expect(await text(ask(get('/a')))).toBe('/a 1')
    expect(server.requests[1]?.headers.get(reason)).toBe(Object.values(headers)[0])
  })

  it('is answered from the cache where its cookies do not matter, or each kind of them for itself', async () => {
    const { server, ask, cache } = open({ cookies: { vary: ['theme'], ignore: ['_ga*'] } })
    await ask(get('/a', { cookie: '_ga=1; theme=dark' }))
    await cache.close()
    expect(await text(ask(get('/a', { cookie: 'theme=dark' })))).toBe('/a 1')
    expect(await text(ask(get('/a', { cookie: 'theme=light' })))).toBe('/a 2')
    expect(await text(ask(get('/a')))).toBe('/a 3')
    expect(await text(ask(get('/a', { cookie: 'theme=dark; session=1' })))).toBe('/a 4')
    expect(server.requests).toHaveLength(4)
  })

  it('is handed on as it is where it asks for a WebSocket, which no copy of it can become', async () => {
    const { server, ask } = open()
    const request = get('/a', { connection: 'Upgrade', upgrade: 'websocket' })
    await ask(request)
    expect(server.requests[0]).toBe(request)
  })

  it('is answered by the server itself, untouched, where it is no GET', async () => {
    const { server, ask, keys } = open()
    const own = cacheable('made')
    server.answer(() => own)
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const request = new Request('http://shop.test/a', { method })
      expect(await ask(request)).toBe(own)
      expect(server.requests.at(-1)).toBe(request)
    }
    expect(await keys()).toBe(0)
  })
})

describe('what a rule says', () => {
  it('passes requests by, or gives lifetimes and tags to what says nothing itself', async () => {
    const { server, ask, cache } = open({
      cache: ({ url }) => (url.pathname === '/no' ? false : { ttl: 7, swr: 8, tags: ['rule'] }),
    })
    server.answer(
      ({ url }) => new Response('a', { headers: url.endsWith('/no') ? { 'cache-control': 's-maxage=60' } : {} }),
    )
    const passed = await ask(get('/no'))
    expect([passed.headers.get('cache-control'), statusOf(passed)]).toEqual([
      's-maxage=60',
      ['fwd=bypass', 'fwd-status=200', 'detail=rule'],
    ])
    await ask(get('/yes'))
    await cache.close()
    const { keys } = await cache.keys()
    expect(keys).toHaveLength(1)
    const entry = await cache.getEntry(keys[0]?.key ?? '')
    expect(entry?.tags).toEqual(['_url:/yes', 'rule'])
    expect([entry?.staleAt, entry?.expiresAt].map((at) => ((at ?? 0) - (entry?.createdAt ?? 0)) / 1000)).toEqual([
      7, 15,
    ])
  })

  it('is told of the request what is known of it', async () => {
    const cache = vi.fn(() => true)
    const { ask } = open({ cache })
    const request = get('/a?b=1')
    await ask(request)
    expect(cache).toHaveBeenCalledWith({ request, url: new URL('http://shop.test/a?b=1'), kind: 'resource' })
  })

  it('fails the request where it is wrong, rather than being ignored', async () => {
    const { ask } = open({ cache: () => ({ ttl: -1 }) })
    await expect(ask(get('/a'))).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'ttl' })
  })

  it.each<[option: string, options: ResponseCacheOptions]>([
    ['tags', { tags: () => [''] }],
    ['tags', { tags: () => 'posts' as never }],
    ['cache.tags', { cache: () => ({ tags: [''] }) }],
  ])('is told where a function of the options returns no tags: %s', async (option, options) => {
    const { ask } = open({ ttl: 60, ...options })
    await expect(ask(get('/a'))).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option })
  })
})

it('stores nothing that says nothing, where nothing is said for it', async () => {
  const { server, ask, keys } = open()
  server.answer(() => new Response('a'))
  expect(statusOf(await ask(get('/a')))).toContain('detail=not-fresh')
  expect(await keys()).toBe(0)
})

it('leaves what is no answer as it is', async () => {
  const { server, ask } = open()
  const error = Response.error()
  server.answer(() => error)
  expect(await ask(get('/a'))).toBe(error)
})
