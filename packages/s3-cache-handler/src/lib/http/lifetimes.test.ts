import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { cacheable, countingServer, deferred, get, statusOf, text } from '../../../test/http/counting-server.ts'
import { twoProcesses } from '../../../test/http/two-processes.ts'
import { createResponseCache, type ResponseCacheOptions } from '../../http.ts'

/** Longer than a `ttl` of 20 ms, by whatever clock. */
const pastTtl = async (): Promise<void> => await sleep(60)

function open(options: ResponseCacheOptions = {}) {
  const { here, there } = twoProcesses()
  const server = countingServer()
  // What it answers says nothing, so that the times can be short ones.
  server.answer((_, count) => new Response(`${count}`))
  const [ask, askThere] = [here, there].map(({ cache }) =>
    createResponseCache(cache, { ttl: '20ms', ...options }).wrap(server.handle),
  )
  if (ask === undefined || askThere === undefined) throw new Error('there are two')
  return { here, there, server, ask, askThere }
}

describe('a response that is stale', () => {
  it('is served while a new one is made, once, behind the answer', async () => {
    const { here, server, ask } = open({ swr: '1d' })
    await ask(get('/a'))
    await here.cache.close()
    await pastTtl()
    const slow = deferred()
    server.answer(async (_, count) => {
      await slow.promise
      return cacheable(`${count}`)
    })
    const answers = await Promise.all([ask(get('/a')), ask(get('/a')), ask(get('/a'))])
    expect(await Promise.all(answers.map(text))).toEqual(['1', '1', '1'])
    slow.resolve()
    for (const answer of answers) expect(statusOf(answer)).toEqual(['hit', expect.stringMatching(/^ttl=-\d+$/)])
    await vi.waitFor(() => expect(server.requests).toHaveLength(2))
    await here.cache.close()
    expect(await text(ask(get('/a')))).toBe('2')
  })

  it('is made anew at once where it may not be served', async () => {
    const { here, server, ask } = open()
    await ask(get('/a'))
    await here.cache.close()
    await pastTtl()
    expect(await text(ask(get('/a')))).toBe('2')
    expect(server.requests).toHaveLength(2)
  })

  it('says itself how long it may be served', async () => {
    const { here, server, ask } = open({ swr: '1d', staleIfError: '1d' })
    const headers = { 'cache-control': 'max-age=0, stale-while-revalidate=0, stale-if-error=0' }
    server.answer((_, count) => new Response(`${count}`, { headers }))
    expect(statusOf(await ask(get('/a')))).toContain('detail=not-fresh')
    server.answer((_, count) =>
      cacheable(`${count}`, { 'cache-control': 'max-age=0, stale-while-revalidate=60, stale-if-error=60' }),
    )
    expect(await text(ask(get('/a')))).toBe('2')
    await here.cache.close()
    await pastTtl()
    expect(await text(ask(get('/a')))).toBe('2')
  })

  it('is served where the server answers with a failure, and where it throws', async () => {
    const { here, server, ask } = open({ staleIfError: '1d' })
    await ask(get('/a'))
    await here.cache.close()
    await pastTtl()
    server.answer(() => new Response('down', { status: 503 }))
    const answered = await ask(get('/a'))
    expect([answered.status, await answered.text()]).toEqual([200, '1'])
    expect(statusOf(answered)).toEqual(['fwd=stale', 'fwd-status=503', 'detail=stale-if-error'])
    server.answer(() => {
      throw new Error('down')
    })
    const thrown = await ask(get('/a'))
    expect([await thrown.text(), statusOf(thrown)]).toEqual(['1', ['fwd=stale', 'detail=stale-if-error']])
    expect(here.events.filter(({ name }) => name === 'remake-failed')).toHaveLength(2)
  })

  it('is gone where the server has something else for it that may not be kept', async () => {
    const { here, there, server, ask, askThere } = open({ swr: '1d' })
    await ask(get('/a'))
    await here.cache.close()
    await pastTtl()
    server.answer(() => new Response('gone', { status: 404 }))
    expect((await ask(get('/a'))).status).toBe(200)
    await vi.waitFor(() => expect(here.events.map(({ name }) => name)).toContain('deleted'))
    expect([(await ask(get('/a'))).status, (await askThere(get('/a'))).status]).toEqual([404, 404])
    await there.cache.close()
  })

  it('stays where the server tells one client that they have it already', async () => {
    const { here } = open()
    const pages = createResponseCache(here.cache, { ttl: '20ms', swr: '1d' })
    const ask = async (status: number): Promise<Response> =>
      await pages.middleware({ request: get('/a', { 'if-none-match': '"1"' }) }, async () => {
        await sleep(1)
        return new Response(status === 304 ? null : 'whole', { status })
      })
    await ask(200)
    await here.cache.close()
    await pastTtl()
    expect(await text(ask(304))).toBe('whole')
    await sleep(30)
    expect((await here.cache.keys()).keys).toHaveLength(1)
  })

  it('stays where making a new one fails behind the answer', async () => {
    const { here, server, ask } = open({ swr: '1d' })
    await ask(get('/a'))
    await here.cache.close()
    await pastTtl()
    server.answer(() => new Response('down', { status: 500 }))
    expect(await text(ask(get('/a')))).toBe('1')
    await vi.waitFor(() => expect(here.events.map(({ name }) => name)).toContain('remake-failed'))
    expect(await text(ask(get('/a')))).toBe('1')
  })
})

describe('a failure without anything stale', () => {
  it('is what who asked is given: the answer, or what was thrown', async () => {
    const { server, ask } = open({ staleIfError: '1d' })
    server.answer(() => new Response('down', { status: 500 }))
    const answer = await ask(get('/a'))
    expect([answer.status, await answer.text()]).toEqual([500, 'down'])
    server.answer(() => {
      throw new Error('broken')
    })
    await expect(ask(get('/a'))).rejects.toThrow('broken')
  })

  it('is not what others are given who have waited for it', async () => {
    const { server, ask } = open()
    server.answer(async (_, count) => {
      await sleep(10)
      if (count === 1) throw new Error('broken')
      return new Response(`${count}`)
    })
    const [first, ...others] = await Promise.allSettled([ask(get('/a')), ask(get('/a')), ask(get('/a'))])
    expect(first?.status).toBe('rejected')
    expect(others.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    expect(server.requests).toHaveLength(3)
  })
})

describe('with a lock', () => {
  it('one process makes what is missing, and the other is given that', async () => {
    const { server, ask, askThere } = open({ ttl: 60, lock: true })
    server.answer(async (_, count) => {
      await sleep(50)
      return new Response(`${count}`)
    })
    const bodies = await Promise.all([text(ask(get('/a'))), text(askThere(get('/a')))])
    expect(bodies).toEqual(['1', '1'])
    expect(server.requests).toHaveLength(1)
  })

  it('one process makes what is stale, while the other serves that', async () => {
    const { here, there, server, ask, askThere } = open({ swr: '1d', lock: true })
    await ask(get('/a'))
    await here.cache.close()
    await pastTtl()
    const slow = sleep(100)
    server.answer(async (_, count) => {
      await slow
      return new Response(`${count}`, { headers: { 'cache-control': 'max-age=60' } })
    })
    const asked = [ask(get('/a')), askThere(get('/a')), ask(get('/a')), askThere(get('/a'))]
    expect(await Promise.all(asked.map(text))).toEqual(['1', '1', '1', '1'])
    await vi.waitFor(() => expect(server.requests).toHaveLength(2))
    await slow
    await Promise.all([here.cache.close(), there.cache.close()])
    await vi.waitFor(async () => expect(await text(askThere(get('/a')))).toBe('2'))
    expect(server.requests).toHaveLength(2)
  })
})

it('answers by the server alone where there is no store, and where it fails', async () => {
  const failing = async (): Promise<never> => await Promise.reject(new Error('down'))
  const store = { get: failing, head: failing, list: failing, put: failing, delete: failing, deleteMany: failing }
  const { here } = twoProcesses({ store, failOpen: false, timeoutMs: 50 })
  const server = countingServer()
  const ask = createResponseCache(here.cache).wrap(server.handle)
  expect(await text(ask(get('/a')))).toBe('/a 1')
  expect(await text(ask(get('/a')))).toBe('/a 2')
})
