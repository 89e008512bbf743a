import { describe, expect, it, vi } from 'vitest'
import { cacheable, countingServer, deferred, get, statusOf, text } from '../../../test/http/counting-server.ts'
import { twoProcesses } from '../../../test/http/two-processes.ts'
import { createResponseCache, type ResponseCacheOptions } from '../../http.ts'

function open(options: ResponseCacheOptions = {}) {
  const { here, there } = twoProcesses()
  const server = countingServer()
  const [pages, otherPages] = [here, there].map(({ cache }) => createResponseCache(cache, options))
  if (pages === undefined || otherPages === undefined) throw new Error('there are two')
  return { here, there, server, pages, ask: pages.wrap(server.handle), askThere: otherPages.wrap(server.handle) }
}

describe('a response that may be kept', () => {
  it('is made once, and answered from the cache in all processes', async () => {
    const { here, server, ask, askThere } = open()
    const made = await ask(get('/a'))
    expect([await made.text(), statusOf(made)]).toEqual(['/a 1', ['fwd=uri-miss', 'fwd-status=200']])
    await here.cache.close()
    for (const again of [await ask(get('/a')), await askThere(get('/a'))]) {
      expect(await again.text()).toBe('/a 1')
      expect(statusOf(again)).toEqual(['hit', expect.stringMatching(/^ttl=(59|60)$/)])
      expect(again.headers.get('age')).toMatch(/^[01]$/)
      expect(again.headers.get('etag')).toMatch(/^W\/"/)
      expect(again.headers.get('content-type')).toBe('text/plain')
      expect(again.headers.get('content-length')).toBe('4')
    }
    expect(server.requests).toHaveLength(1)
  })

  it('is made once for all who ask meanwhile', async () => {
    const { server, ask } = open()
    const slow = deferred()
    server.answer(async () => {
      await slow.promise
      return cacheable('a')
    })
    const asked = Array.from({ length: 20 }, () => ask(get('/a')))
    await vi.waitFor(() => expect(server.requests).toHaveLength(1))
    slow.resolve()
    const responses = await Promise.all(asked)
    expect(await Promise.all(responses.map(text))).toEqual(Array(20).fill('a'))
    expect(responses.filter((response) => statusOf(response).includes('collapsed'))).toHaveLength(19)
    expect(server.requests).toHaveLength(1)
  })

  it('is another one for another URL, and the same for what does not count', async () => {
    const { here, server, ask } = open()
    await ask(get('/a?x=1&y=2'))
    await here.cache.close()
    await ask(get('/a?y=2&x=1&utm_source=mail'))
    expect(server.requests).toHaveLength(1)
    await ask(get('/a?x=2'))
    await ask(new Request('http://other.test/a?x=1&y=2'))
    expect(server.requests).toHaveLength(3)
  })

  it('is made of what counts of a URL, which is all that a handler could put into its links', async () => {
    const { server, ask } = open({ query: { exclude: ['ref'] } })
    server.answer((request) => cacheable(request.url))
    expect(await text(ask(get('/a?y=2&utm_source=evil&x=1&ref=b')))).toBe(get('/a?y=2&x=1').url)
    expect(await text(ask(get('/a?x=1&y=2')))).toBe(get('/a?y=2&x=1').url)
    expect(server.requests).toHaveLength(1)
    expect(await text(ask(get('/b?y=%7e&x')))).toBe(get('/b?y=%7e&x').url)
    const own = get('/a?utm_source=mine', { authorization: 'Basic x' })
    expect(await text(ask(own))).toBe(own.url)
  })

  it('is another one for each build', async () => {
    let build = 'one'
    const { here, server, ask } = open({ buildId: () => build })
    await ask(get('/a'))
    await here.cache.close()
    build = 'two'
    expect(await text(ask(get('/a')))).toBe('/a 2')
    await here.cache.close()
    build = 'one'
    expect(await text(ask(get('/a')))).toBe('/a 1')
    expect(server.requests).toHaveLength(2)
  })

  it('is another one for each value that it varies by', async () => {
    const { here, server, ask } = open({
      vary: { 'accept-language': (value) => (value?.startsWith('de') === true ? 'de' : 'en') },
    })
    server.answer((request) => cacheable(request.headers.get('accept-language') ?? '-', { vary: 'accept-language' }))
    for (const language of ['de', 'de-AT', 'en', 'fr']) await ask(get('/a', { 'accept-language': language }))
    await here.cache.close()
    expect(server.requests).toHaveLength(2)
    expect(await text(ask(get('/a', { 'accept-language': 'de-CH' })))).toBe('de')
  })

  it('keeps its redirect', async () => {
    const { here, server, ask } = open()
    server.answer(() => new Response(null, { status: 301, headers: { location: '/b', 'cache-control': 's-maxage=9' } }))
    await ask(get('/a'))
    await here.cache.close()
    const again = await ask(get('/a'))
    expect([again.status, again.headers.get('location'), again.body]).toEqual([301, '/b', null])
    expect(server.requests).toHaveLength(1)
  })

  it('loses what belonged to one answer alone', async () => {
    const { here, server, ask } = open()
    server.answer(() =>
      cacheable('a', { 'server-timing': 'db;dur=9', connection: 'x-hop', 'x-hop': '1', 'x-own': '2' }),
    )
    await ask(get('/a'))
    await here.cache.close()
    const { headers } = await ask(get('/a'))
    expect(['server-timing', 'connection', 'x-hop', 'x-own'].map((name) => headers.get(name))).toEqual([
      null,
      null,
      null,
      '2',
    ])
  })
})

describe('HEAD', () => {
  it('is answered by what a GET has stored, and stores nothing itself', async () => {
    const { here, server, ask } = open()
    const head = new Request('http://shop.test/a', { method: 'HEAD' })
    expect(statusOf(await ask(head))).toEqual(['fwd=uri-miss', 'fwd-status=200'])
    await ask(get('/a'))
    await here.cache.close()
    const answer = await ask(head)
    expect([answer.body, answer.headers.get('content-length')]).toEqual([null, '4'])
    expect(statusOf(answer)[0]).toBe('hit')
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD', 'GET'])
  })
})

describe('a conditional request', () => {
  it('is answered with 304 from the cache, with all that a 304 has', async () => {
    const { here, server, ask } = open()
    await ask(get('/a'))
    await here.cache.close()
    const etag = (await ask(get('/a'))).headers.get('etag') ?? ''
    const answer = await ask(get('/a', { 'if-none-match': etag }))
    expect([answer.status, answer.body, answer.headers.get('etag')]).toEqual([304, null, etag])
    expect(answer.headers.get('cache-control')).toBe('public, max-age=0, must-revalidate')
    expect(answer.headers.get('content-type')).toBeNull()
    expect(statusOf(answer)[0]).toBe('hit')
    expect(server.requests).toHaveLength(1)
  })

  it('reaches the server without its condition, which would leave nothing to keep', async () => {
    const { here, server, ask } = open()
    server.answer((request) =>
      request.headers.has('if-none-match') ? new Response(null, { status: 304 }) : cacheable('a', { etag: '"1"' }),
    )
    expect((await ask(get('/a', { 'if-none-match': '"1"' }))).status).toBe(304)
    await here.cache.close()
    const answer = await ask(get('/a', { 'if-none-match': '"0"' }))
    expect([answer.status, await answer.text(), answer.headers.get('etag')]).toEqual([200, 'a', '"1"'])
    expect(server.requests).toHaveLength(1)
  })
})

describe('what browsers are told', () => {
  it('is to ask before each use, the first time and from the cache, where nothing says that it never changes', async () => {
    const { here, server, ask } = open()
    server.answer(() =>
      cacheable('a', { 'cache-control': 'public, max-age=600', expires: 'Mon, 30 Nov 2026 10:00:00 GMT' }),
    )
    const told = async (): Promise<(string | null)[]> => {
      const { headers } = await ask(get('/a'))
      return [headers.get('cache-control'), headers.get('expires')]
    }
    expect(await told()).toEqual(['public, max-age=0, must-revalidate', null])
    await here.cache.close()
    expect(await told()).toEqual(['public, max-age=0, must-revalidate', null])
    expect(server.requests).toHaveLength(1)
    server.answer(() => cacheable('b', { 'cache-control': 'public, max-age=31536000, immutable' }))
    expect((await ask(get('/b'))).headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  })

  it('holds for who is passed by, too: a page would stay old for who has changed it', async () => {
    const { server, ask } = open()
    const cookie = { cookie: 'session=1' }
    const told = async (): Promise<string | null> => (await ask(get('/a', cookie))).headers.get('cache-control')
    expect(await told()).toBe('public, max-age=0, must-revalidate')
    server.answer(() => new Response('a', { headers: { 'cache-control': 'max-age=60' } }))
    expect(await told()).toBe('private, max-age=0, must-revalidate')
    server.answer(() => new Response('a', { headers: { 'cache-control': 'private, max-age=60' } }))
    expect(await told()).toBe('private, max-age=60')
    server.answer(() => new Response('a'))
    expect(await told()).toBeNull()
  })

  it('is what the server says, where that is wanted', async () => {
    const { here, ask } = open({ browser: 'passthrough' })
    await ask(get('/a'))
    await here.cache.close()
    const { headers } = await ask(get('/a'))
    expect([headers.get('cache-control'), headers.get('age')]).toEqual(['public, s-maxage=60', '0'])
  })
})

it('names itself in Cache-Status as it is told, after other caches, or not at all', async () => {
  const { server, ask } = open({ cacheStatus: 'shop cache' })
  server.answer(() => cacheable('a', { 'cache-status': 'origin; hit' }))
  const header = (await ask(get('/a'))).headers.get('cache-status')
  expect(header).toBe('origin; hit, "shop cache"; fwd=uri-miss; fwd-status=200')
  const quiet = open({ cacheStatus: false })
  expect((await quiet.ask(get('/a'))).headers.get('cache-status')).toBeNull()
})

it('tells the server’s own function what it passes along', async () => {
  const { here, pages } = open()
  const seen = vi.fn(async (_: Request, one: number, other: string) => cacheable(`${one} ${other}`))
  const handler = pages.wrap(seen)
  expect(await text(handler(get('/a'), 7, 'x'))).toBe('7 x')
  await here.cache.close()
  expect(await text(handler(get('/a'), 8, 'y'))).toBe('7 x')
  expect(seen).toHaveBeenCalledTimes(1)
})
