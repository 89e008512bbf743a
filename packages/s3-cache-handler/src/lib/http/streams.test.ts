import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { bodyOf, cacheable, countingServer, deferred, get, statusOf, text } from '../../../test/http/counting-server.ts'
import { twoProcesses } from '../../../test/http/two-processes.ts'
import type { CacheEvent } from '../../cache.ts'
import { createResponseCache, type ResponseCacheOptions } from '../../http.ts'

function open(options: ResponseCacheOptions = {}) {
  const { here } = twoProcesses()
  const server = countingServer()
  const pages = createResponseCache(here.cache, options)
  return { ...here, server, pages, ask: pages.wrap(server.handle) }
}

/** Until somebody waits for what is made for another. */
const joined = async (events: readonly CacheEvent[]): Promise<void> =>
  await vi.waitFor(() => expect(events.map(({ name }) => name)).toContain('deduplicated'))

const read = async (reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> =>
  new TextDecoder().decode((await reader.read()).value)

const readerOf = ({ body }: Response): ReadableStreamDefaultReader<Uint8Array> => {
  if (body === null) throw new Error('it has no body')
  return body.getReader()
}

describe('a response that comes in parts', () => {
  it('reaches who asked part by part, and is whole from the cache', async () => {
    const { server, ask, cache } = open()
    const later = deferred<string>()
    server.answer(() => cacheable(bodyOf(['shell ', later.promise])))
    const reader = readerOf(await ask(get('/a')))
    expect(await read(reader)).toBe('shell ')
    expect((await cache.keys()).keys).toEqual([])
    later.resolve('rest')
    expect(await read(reader)).toBe('rest')
    await cache.close()
    const again = await ask(get('/a'))
    expect([await again.text(), statusOf(again)[0]]).toEqual(['shell rest', 'hit'])
    expect(server.requests).toHaveLength(1)
  })

  it('is given whole to who asks meanwhile', async () => {
    const { server, ask } = open()
    const later = deferred<string>()
    server.answer(() => cacheable(bodyOf(['shell ', later.promise])))
    const first = await ask(get('/a'))
    const second = ask(get('/a'))
    later.resolve('rest')
    expect(await Promise.all([text(first), text(second)])).toEqual(['shell rest', 'shell rest'])
    expect(server.requests).toHaveLength(1)
  })

  it('tells the server that who asked has left, where it is theirs alone', async () => {
    const { server, ask } = open()
    server.answer(() => cacheable(bodyOf([new Promise(() => {})]), { 'content-type': 'text/event-stream' }))
    const client = new AbortController()
    await ask(new Request('http://shop.test/events', { signal: client.signal }))
    expect(server.requests[0]?.signal.aborted).toBe(false)
    client.abort()
    expect(server.requests[0]?.signal.aborted).toBe(true)
  })

  it('is stored when who asked leaves after the first part', async () => {
    const { server, ask, cache } = open()
    const later = deferred<string>()
    server.answer(() => cacheable(bodyOf(['shell ', later.promise])))
    const reader = readerOf(await ask(get('/a')))
    await read(reader)
    await reader.cancel()
    later.resolve('rest')
    await cache.close()
    expect(await text(ask(get('/a')))).toBe('shell rest')
    expect(server.requests).toHaveLength(1)
  })

  it('goes on for others when who asked first leaves before it has begun', async () => {
    const { server, ask, events } = open()
    const slow = deferred()
    server.answer(async (request) => {
      await slow.promise
      request.signal.throwIfAborted()
      return cacheable('a')
    })
    const leaving = new AbortController()
    const first = ask(new Request('http://shop.test/a', { signal: leaving.signal }))
    await vi.waitFor(() => expect(server.requests).toHaveLength(1))
    const second = ask(get('/a'))
    await joined(events)
    leaving.abort(new Error('gone'))
    await expect(first).rejects.toThrow('gone')
    slow.resolve()
    expect(await text(second)).toBe('a')
    expect(server.requests).toHaveLength(1)
  })

  it('tells the server when nobody waits for it any more', async () => {
    const { server, ask } = open()
    server.answer(
      ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
    )
    const leaving = new AbortController()
    const first = ask(new Request('http://shop.test/a', { signal: leaving.signal }))
    await vi.waitFor(() => expect(server.requests).toHaveLength(1))
    leaving.abort(new Error('gone'))
    await expect(first).rejects.toThrow('gone')
    await vi.waitFor(() => expect(server.requests[0]?.signal.aborted).toBe(true))
  })
})

describe('a response that nobody waits for any more', () => {
  it('is not left half read at its source, however long it is', async () => {
    const { server, ask } = open({ maxBytes: 10 })
    const [slow, cancelled] = [deferred(), deferred()]
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(8)),
      cancel: () => cancelled.resolve(),
    })
    server.answer(async () => {
      await slow.promise
      return cacheable(endless)
    })
    const leaving = new AbortController()
    const first = ask(new Request('http://shop.test/a', { signal: leaving.signal }))
    await vi.waitFor(() => expect(server.requests).toHaveLength(1))
    leaving.abort(new Error('gone'))
    await expect(first).rejects.toThrow('gone')
    slow.resolve()
    await cancelled.promise
  })
})

describe('a response that is not whole', () => {
  it('is not stored where it breaks off, and who waited for it asks for itself', async () => {
    const { server, ask, cache, events } = open()
    const later = deferred<string>()
    server.answer((_, count) => cacheable(bodyOf(count === 1 ? ['shell ', later.promise] : ['whole'])))
    const first = await ask(get('/a'))
    const second = ask(get('/a'))
    await joined(events)
    later.reject(new Error('cut'))
    await expect(first.text()).rejects.toThrow('cut')
    expect(await text(second)).toBe('whole')
    await cache.close()
    expect((await cache.keys()).keys).toEqual([])
    expect(events).toContainEqual(expect.objectContaining({ name: 'not-stored' }))
  })

  it('is not stored where it is shorter than it says', async () => {
    const { server, ask, cache } = open()
    server.answer(() => cacheable(bodyOf(['short']), { 'content-length': '10' }))
    await text(ask(get('/a')))
    await cache.close()
    expect((await cache.keys()).keys).toEqual([])
  })

  it('is not stored where a part of it has failed in the midst of a 200', async () => {
    const { server, ask, cache } = open()
    server.answer(() => cacheable('[{"_1":2},"later",["P",3]]\nE3:[1]\n', { 'content-type': 'text/x-script' }))
    await text(ask(get('/a.data')))
    await cache.close()
    expect((await cache.keys()).keys).toEqual([])
  })

  it.each<[coding: string, encode: (text: string) => Buffer]>([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('is stored as it was compressed by %s, but for what has failed in part', async (coding, encode) => {
    const { server, ask, cache } = open({ vary: ['accept-encoding'] })
    const about = { 'content-type': 'text/x-script', 'content-encoding': coding, vary: 'accept-encoding' }
    const good = encode('[{"_1":2},"later",["P",3]]\nP3:[1]\n')
    const bodies = { good, failed: encode('[{"_1":2},"later",["P",3]]\nE3:[1]\n'), damaged: good.subarray(0, 12) }
    server.answer(({ url }) =>
      cacheable(new Uint8Array(bodies[new URL(url).pathname.slice(1) as keyof typeof bodies]), about),
    )
    for (const path of Object.keys(bodies)) {
      const response = await ask(get(`/${path}`))
      expect(Buffer.from(await response.arrayBuffer())).toEqual(bodies[path as keyof typeof bodies])
    }
    await cache.close()
    expect((await cache.keys()).keys).toHaveLength(1)
    expect(Buffer.from(await (await ask(get('/good'))).arrayBuffer())).toEqual(good)
    expect(server.requests).toHaveLength(3)
  })

  it('is not stored where nobody can tell whether it has failed, and is where it could not have', async () => {
    const { server, ask, cache } = open()
    const types = { '/page': 'text/html', '/data': 'application/json' }
    server.answer(({ url }) =>
      cacheable('?', {
        'content-type': types[new URL(url).pathname as keyof typeof types],
        'content-encoding': 'compress',
      }),
    )
    for (const path of Object.keys(types)) await text(ask(get(path)))
    await cache.close()
    expect((await cache.keys()).keys.map(({ key }) => key[1])).toEqual(['http://shop.test/data'])
  })

  it('is passed on whole and not stored where it is too long', async () => {
    const { server, ask, cache, events } = open({ maxBytes: 10 })
    server.answer((_, count) => cacheable(bodyOf(['12345678', `${count}`.padStart(8)])))
    const [first, second] = await Promise.all([text(ask(get('/a'))), text(ask(get('/a')))])
    expect([first, second]).toEqual(['12345678       1', '12345678       2'])
    await cache.close()
    expect((await cache.keys()).keys).toEqual([])
    const error = expect.objectContaining({ message: expect.stringContaining('longer than 10 bytes') }) as unknown
    expect(events).toContainEqual(expect.objectContaining({ name: 'not-stored', error }))
  })

  it('is passed on as it comes where it may never end', async () => {
    const { server, ask } = open()
    server.answer(() =>
      cacheable(bodyOf(['data: 1\n\n', new Promise(() => {})]), { 'content-type': 'text/event-stream' }),
    )
    const answer = await ask(get('/events'))
    expect([await read(readerOf(answer)), statusOf(answer)]).toEqual([
      'data: 1\n\n',
      ['fwd=uri-miss', 'fwd-status=200', 'detail=event-stream'],
    ])
  })
})

describe('middleware', () => {
  it('answers as a wrapped handler does', async () => {
    const { server, pages, cache } = open()
    const ask = (request: Request): Promise<Response> => pages.middleware({ request }, () => server.handle(request))
    const responses = await Promise.all([ask(get('/a')), ask(get('/a'))])
    expect(await Promise.all(responses.map(text))).toEqual(['/a 1', '/a 1'])
    await cache.close()
    expect(statusOf(await ask(get('/a')))[0]).toBe('hit')
    expect(server.requests).toHaveLength(1)
  })

  it('calls next once, for who has to make the response, and for who cannot be given another’s', async () => {
    const { server, pages } = open()
    server.answer((_, count) => cacheable(`for ${count}`, { 'set-cookie': `a=${count}` }))
    const nexts = Array.from({ length: 3 }, () => vi.fn(() => server.handle(get('/a'))))
    const responses = await Promise.all(nexts.map((next) => pages.middleware({ request: get('/a') }, next)))
    expect(new Set(await Promise.all(responses.map(text))).size).toBe(3)
    for (const next of nexts) expect(next).toHaveBeenCalledTimes(1)
  })
})
