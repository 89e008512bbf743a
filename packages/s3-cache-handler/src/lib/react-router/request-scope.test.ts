import { describe, expect, it, vi } from 'vitest'
import { get, text } from '../../../test/http/counting-server.ts'
import { twoProcesses } from '../../../test/http/two-processes.ts'
import { cachedLoader, requestScope } from '../../react-router.ts'

function open() {
  const { here } = twoProcesses()
  return { ...here, scope: requestScope(here.cache) }
}

const answer = (value: unknown): Response => new Response(JSON.stringify(value))

describe('in one request', () => {
  it('a key is asked for once, and gives the same object', async () => {
    const { cache, scope, events } = open()
    await cache.set('k', { a: 1 })
    const handler = scope.wrap(async () => {
      const [one, other] = await Promise.all([scope.cache.get('k'), scope.cache.get('k')])
      return answer(one === other)
    })
    expect(await text(handler(get('/')))).toBe('true')
    expect(events.filter(({ name }) => name === 'hit')).toHaveLength(1)
    await handler(get('/'))
    expect(events.filter(({ name }) => name === 'hit')).toHaveLength(2)
  })

  it('a value is remembered once, whatever becomes of it in the cache', async () => {
    const { scope } = open()
    const make = vi.fn(() => make.mock.calls.length)
    const once = { shouldCache: () => false }
    const handler = scope.wrap(async () =>
      answer([await scope.cache.remember('k', make, once), await scope.cache.remember('k', make, once)]),
    )
    expect(await text(handler(get('/')))).toBe('[1,1]')
    expect(await text(handler(get('/')))).toBe('[2,2]')
    const forced = scope.wrap(async () =>
      answer([await scope.cache.remember('k', make), await scope.cache.remember('k', make, { forceFresh: true })]),
    )
    expect(await text(forced(get('/')))).toBe('[3,4]')
  })

  it('a function is called once for the same arguments', async () => {
    const { scope } = open()
    const add = vi.fn((one: number, other: number) => one + other)
    const sum = scope.memo(add)
    await scope.wrap(() => answer([sum(1, 2), sum(1, 2), sum(2, 1)]))(get('/'))
    expect(add).toHaveBeenCalledTimes(2)
    sum(1, 2)
    sum(1, 2)
    expect(add).toHaveBeenCalledTimes(4)
  })

  it('an invalidation has it ask again: what an action has changed, the loaders after it see', async () => {
    const { cache, scope } = open()
    const make = vi.fn(() => make.mock.calls.length)
    const ask = (): Promise<number> => scope.cache.remember('k', make, { tags: ['t'] })
    const handler = scope.wrap(async () => {
      const before = await ask()
      await cache.revalidateTag('t')
      return answer([before, await ask(), await ask()])
    })
    expect(await text(handler(get('/')))).toBe('[1,2,2]')
  })
})

describe('what is made for the cache', () => {
  it('is made of nothing that was asked for before, and asks for each once itself', async () => {
    const { here, there } = twoProcesses()
    const scope = requestScope(here.cache)
    const load = vi.fn(() => load.mock.calls.length)
    const user = scope.memo(load)
    const key = async (): Promise<unknown> => await scope.cache.get('user')
    await there.cache.set('user', 'old')
    await there.cache.close()
    const handler = scope.wrap(async () => {
      const before = [user(), await key()]
      const made = await here.cache.remember('page', async () => [user(), user(), await key(), await key()])
      return answer([before, made, user()])
    })
    expect(await text(handler(get('/')))).toBe('[[1,"old"],[2,2,"old","old"],1]')
    expect(here.events.filter(({ name }) => name === 'hit')).toHaveLength(2)
  })
})

describe('Server-Timing', () => {
  it('tells what the cache did, once for each key, without its name', async () => {
    const { cache, scope } = open()
    const ask = async (): Promise<string | null> => {
      const handler = scope.wrap(async () => {
        const one = (): Promise<number> => scope.cache.remember('secret', () => 1)
        return answer([await one(), await one()])
      })
      return (await handler(get('/'))).headers.get('server-timing')
    }
    expect(await ask()).toMatch(/^s3-cache;desc="miss absent [\da-f]{16}";dur=[\d.]+, s3-cache;desc="set [\da-f]{16}"$/)
    await cache.close()
    expect(await ask()).toMatch(/^s3-cache;desc="hit memory fresh [\da-f]{16}";dur=[\d.]+$/)
  })

  it('tells of a cached loader, too', async () => {
    const { cache, scope } = open()
    const loader = cachedLoader(cache, { key: 'k' }, () => ({ a: 1 }))
    const handler = scope.wrap(async (request) => answer(await loader({ request })))
    expect((await handler(get('/'))).headers.get('server-timing')).toContain('desc="miss absent ')
  })

  it('is added to what is there, is bounded, and is none where nothing was asked for', async () => {
    const { scope } = open()
    const many = scope.wrap(async () => {
      for (let number = 0; number < 30; number++) await scope.cache.get(`k${number}`)
      return new Response('a', { headers: { 'server-timing': 'db;dur=1' } })
    })
    const timings = (await many(get('/'))).headers.get('server-timing')?.split(', ')
    expect(timings).toHaveLength(22)
    expect([timings?.[0], timings?.at(-1)]).toEqual(['db;dur=1', expect.stringContaining('desc="10 more"')])
    const none = new Response('a')
    expect(await scope.wrap(() => none)(get('/'))).toBe(none)
  })

  it('comes by middleware, too', async () => {
    const { scope } = open()
    const next = async (): Promise<Response> => answer(await scope.cache.get('k'))
    const { headers } = await scope.middleware({ request: get('/') }, next)
    expect(headers.get('server-timing')).toContain('desc="miss absent ')
  })
})

it('outside of a request asks each time', async () => {
  const { scope } = open()
  const make = vi.fn(() => 1)
  const once = { shouldCache: () => false }
  await scope.cache.remember('k', make, once)
  await scope.cache.remember('k', make, once)
  expect(make).toHaveBeenCalledTimes(2)
})
