import { describe, expect, it } from 'vitest'
import { cacheable, countingServer, get, text } from '../../../test/http/counting-server.ts'
import { twoProcesses } from '../../../test/http/two-processes.ts'
import { memoryStore } from '../../cache.ts'
import { createResponseCache, type ResponseCacheOptions } from '../../http.ts'

function open(options: ResponseCacheOptions = {}) {
  const { here, there } = twoProcesses()
  const server = countingServer()
  const pages = createResponseCache(here.cache, options)
  const ask = pages.wrap(server.handle)
  const askThere = createResponseCache(there.cache, options).wrap(server.handle)
  /** Stores the responses, and tells which they are. */
  const fill = async (...paths: string[]): Promise<string[]> => {
    const bodies: string[] = []
    for (const path of paths) bodies.push(await text(ask(get(path))))
    await here.cache.close()
    return bodies
  }
  return { here, there, server, pages, ask, askThere, fill }
}

describe('a tag', () => {
  it('takes out what carries it, by the options and by the response, in all processes', async () => {
    const { there, server, askThere, fill } = open({ tags: ({ url }) => [`path:${url.pathname}`] })
    server.answer((request, count) =>
      cacheable(`${count}`, { 'cache-tag': 'all, shop', 'x-cache-tags': new URL(request.url).pathname.slice(1) }),
    )
    await fill('/a', '/b')
    await there.cache.revalidateTag('path:/a')
    expect(await text(askThere(get('/a')))).toBe('3')
    expect(await text(askThere(get('/b')))).toBe('2')
    await there.cache.close()
    await there.cache.revalidateTag('b')
    expect(await text(askThere(get('/b')))).toBe('4')
    await there.cache.close()
    await there.cache.revalidateTag('shop')
    expect([await text(askThere(get('/a'))), await text(askThere(get('/b')))]).toEqual(['5', '6'])
  })

  it('that is for this cache alone is not sent, the first time or later', async () => {
    const { server, ask, fill } = open()
    server.answer(() => cacheable('a', { 'cache-tag': 'for-the-cdn', 'x-cache-tags': 'own' }))
    const first = await ask(get('/a'))
    await fill('/a')
    for (const { headers } of [first, await ask(get('/a'))]) {
      expect([headers.get('cache-tag'), headers.get('x-cache-tags')]).toEqual(['for-the-cdn', null])
    }
  })

  it('that was invalidated while the response was made leaves it unstored', async () => {
    const { here, server, ask, fill } = open({ tags: ['posts'] })
    server.answer(async (_, count) => {
      if (count === 1) await here.cache.revalidateTag('posts')
      return cacheable(`${count}`)
    })
    expect(await fill('/a')).toEqual(['1'])
    expect(await text(ask(get('/a')))).toBe('2')
  })

  it('has what is stale served while a new one is made, where it is invalidated softly', async () => {
    const { here, server, ask, fill } = open({ tags: ['posts'] })
    await fill('/a')
    await here.cache.revalidateTag('posts', { mode: 'stale' })
    expect(await text(ask(get('/a')))).toBe('/a 1')
    await here.cache.close()
    await expect.poll(() => server.requests.length).toBe(2)
    await here.cache.close()
    expect(await text(ask(get('/a')))).toBe('/a 2')
  })
})

describe('purge', () => {
  it('takes out one URL, on any host and in all variants, and no other', async () => {
    const { server, pages, ask, askThere, fill } = open({ vary: ['accept-language'] })
    await fill('/a?x=1&y=2', '/a', '/a/b', '/ab')
    await text(ask(get('/a?y=2&x=1', { 'accept-language': 'de' })))
    await text(ask(new Request('http://other.test/a?x=1&y=2')))
    await fill()
    expect(server.requests).toHaveLength(6)
    await pages.purge('http://shop.test/a?y=2&x=1&utm_source=mail#top')
    for (const path of ['/a', '/a/b', '/ab']) await askThere(get(path))
    expect(server.requests).toHaveLength(6)
    await askThere(get('/a?x=1&y=2'))
    await askThere(get('/a?x=1&y=2', { 'accept-language': 'de' }))
    await askThere(new Request('http://other.test/a?x=1&y=2'))
    expect(server.requests).toHaveLength(9)
  })

  it('takes a path for a URL', async () => {
    const { pages, ask, fill } = open()
    await fill('/a')
    await pages.purge('/a')
    expect(await text(ask(get('/a')))).toBe('/a 2')
  })

  it('costs no object beside the response, as other tags do', async () => {
    const store = memoryStore()
    const { here } = twoProcesses({ store })
    const server = countingServer()
    await createResponseCache(here.cache, { tags: ['posts'] }).wrap(server.handle)(get('/a'))
    await here.cache.close()
    const { objects } = await store.list('p/v1/index/')
    expect(objects.map(({ key }) => key.split('/')[3])).toEqual(['posts'])
  })
})
