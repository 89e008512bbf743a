import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { bodyOf, deferred, get } from '../../../test/http/counting-server.ts'
import { twoProcesses } from '../../../test/http/two-processes.ts'
import { cachedLoader, type CachedLoaderOptions, type LoaderArgs } from '../../react-router.ts'

interface Args extends LoaderArgs {
  readonly params: { readonly slug: string }
}

const args = (slug = 'hello'): Args => ({ request: get(`/posts/${slug}`), params: { slug } })
const key = ({ params }: Args): string[] => ['post', params.slug]

function open<Result>(
  load: (args: Args, count: number) => Result,
  options: Partial<CachedLoaderOptions<Args, Awaited<Result>>> = {},
) {
  const { here, there } = twoProcesses()
  const loader = vi.fn((asked: Args): Result => load(asked, loader.mock.calls.length))
  const [ask, askThere] = [here, there].map(({ cache }) => cachedLoader(cache, { key, ...options }, loader))
  if (ask === undefined || askThere === undefined) throw new Error('there are two')
  const calls = (): number => loader.mock.calls.length
  const settle = async (): Promise<void> => {
    await here.cache.close()
    await there.cache.close()
  }
  return { here, there, ask, askThere, calls, settle }
}

/** What `data()` of React Router and of Remix makes. */
class DataWithResponseInit<D> {
  type = 'DataWithResponseInit'
  data: D
  init: ResponseInit | null
  constructor(data: D, init: ResponseInit | null) {
    this.data = data
    this.init = init
  }
}

describe('the data of a loader', () => {
  it('comes back with its types, in all processes, Promises as Promises', async () => {
    const value = {
      at: new Date(5),
      map: new Map([['a', new Set([1n])]]),
      url: new URL('http://a.test/'),
      none: undefined,
    }
    const { ask, askThere, calls, settle } = open(() => ({ ...value, later: Promise.resolve([new Date(7)]) }))
    await ask(args())
    await settle()
    for (const { later, ...rest } of [await ask(args()), await askThere(args())]) {
      expect(rest).toEqual(value)
      expect(later).toBeInstanceOf(Promise)
      expect(await later).toEqual([new Date(7)])
    }
    expect(calls()).toBe(1)
  })

  it('comes back with types of the app’s own, also where they come later', async () => {
    class Decimal {
      readonly digits: string
      constructor(digits: string) {
        this.digits = digits
      }
    }
    const types = {
      Decimal: {
        is: (value: unknown): value is Decimal => value instanceof Decimal,
        encode: (value: unknown) => (value as Decimal).digits,
        decode: (stored: unknown) => new Decimal(stored as string),
      },
    }
    const { here, there } = twoProcesses({ types })
    const load = (): { price: Decimal; later: Promise<Decimal> } => ({
      price: new Decimal('1.10'),
      later: Promise.resolve(new Decimal('2.20')),
    })
    await cachedLoader(here.cache, { key }, load)(args())
    await here.cache.close()
    const { price, later } = await cachedLoader(there.cache, { key }, () => Promise.reject<ReturnType<typeof load>>())(
      args(),
    )
    expect([price, await later]).toEqual([new Decimal('1.10'), new Decimal('2.20')])
  })

  it('is loaded once for all who ask meanwhile, and for each key', async () => {
    const { ask, calls } = open(async ({ params }) => {
      await sleep(10)
      return { slug: params.slug }
    })
    const both = [ask(args('a')), ask(args('a')), ask(args('b'))]
    expect(await Promise.all(both)).toEqual([{ slug: 'a' }, { slug: 'a' }, { slug: 'b' }])
    expect(calls()).toBe(2)
  })

  it('is loaded once in the fleet, with a lock', async () => {
    const load = async (_: Args, count: number): Promise<number> => {
      await sleep(50)
      return count
    }
    const { ask, askThere, calls } = open(load, { lock: true })
    expect(await Promise.all([ask(args()), askThere(args())])).toEqual([1, 1])
    expect(calls()).toBe(1)
  })

  it('goes with its tags, by the arguments, in all processes', async () => {
    const { there, ask, askThere, settle } = open((_, count) => count, {
      tags: ({ params }) => [`post:${params.slug}`],
    })
    await ask(args('a'))
    await ask(args('b'))
    await settle()
    await there.cache.revalidateTag('post:a')
    expect([await ask(args('a')), await askThere(args('b'))]).toEqual([3, 2])
  })

  it('is another one for another version', async () => {
    const { here, ask, settle } = open((_, count) => count, { version: 2 })
    await ask(args())
    await settle()
    const older = cachedLoader(here.cache, { key, version: 1 }, () => 100)
    expect([await older(args()), await ask(args())]).toEqual([100, 1])
  })

  it('is loaded anew where the options say so', async () => {
    let who = ''
    const { ask, settle } = open((_, count) => count, {
      bypass: () => who === 'admin',
      forceFresh: () => who === 'editor',
      isStale: (value) => value === 3,
      shouldCache: (value) => value !== 4,
    })
    await ask(args())
    await settle()
    who = 'admin'
    expect(await ask(args())).toBe(2)
    who = ''
    expect(await ask(args())).toBe(1)
    who = 'editor'
    expect(await ask(args())).toBe(3)
    await settle()
    who = ''
    expect([await ask(args()), await ask(args())]).toEqual([4, 5])
  })

  it('is not stored where a Promise in it rejects', async () => {
    const failed = deferred<string>()
    const { ask, calls, settle } = open((_, count) => ({ later: count === 1 ? failed.promise : Promise.resolve('ok') }))
    const { later } = await ask(args())
    failed.reject(new Error('no'))
    await expect(later).rejects.toThrow('no')
    await settle()
    expect(await (await ask(args())).later).toBe('ok')
    expect(calls()).toBe(2)
  })

  it('can be null, and is asked for again where it is undefined', async () => {
    const nothing = open(() => null)
    await nothing.ask(args())
    await nothing.settle()
    expect([await nothing.ask(args()), nothing.calls()]).toEqual([null, 1])
    const missing = open(() => undefined)
    await missing.ask(args())
    await missing.settle()
    expect([await missing.ask(args()), missing.calls()]).toEqual([undefined, 2])
  })
})

describe('what data() has made', () => {
  it('comes back as it, with status and headers', async () => {
    const init = { status: 200, statusText: 'Fine', headers: new Headers({ 'x-a': '1' }) }
    const { ask, calls, settle } = open(() => new DataWithResponseInit({ at: new Date(1) }, init))
    expect(await ask(args())).toBeInstanceOf(DataWithResponseInit)
    await settle()
    const again = await ask(args())
    expect(again).toEqual({
      type: 'DataWithResponseInit',
      data: { at: new Date(1) },
      init: { status: 200, statusText: 'Fine', headers: [['x-a', '1']] },
    })
    expect(new Headers(again.init?.headers).get('x-a')).toBe('1')
    expect(calls()).toBe(1)
  })

  it('may have no head at all', async () => {
    const { ask, calls, settle } = open(() => new DataWithResponseInit(1, null))
    await ask(args())
    await settle()
    expect([await ask(args()), calls()]).toEqual([{ type: 'DataWithResponseInit', data: 1, init: null }, 1])
  })

  it.each<[string, ResponseInit]>([
    ['sets a cookie', { headers: { 'set-cookie': 'a=1' } }],
    ['is private', { headers: { 'cache-control': 'private' } }],
    ['is not found', { status: 404 }],
  ])('is its caller’s own where it %s', async (_, init) => {
    const { ask, calls, settle } = open(async (_args, count) => {
      await sleep(5)
      return new DataWithResponseInit(count, init)
    })
    const both = await Promise.all([ask(args()), ask(args())])
    expect(new Set(both.map(({ data }) => data)).size).toBe(2)
    await settle()
    await ask(args())
    expect(calls()).toBe(3)
  })
})

describe('a Response', () => {
  it('that is returned comes back whole, and streams the first time', async () => {
    const later = deferred<string>()
    const response = (): Response => new Response(bodyOf(['a', later.promise]), { headers: { 'content-type': 'a/b' } })
    const { ask, askThere, calls, settle } = open(response)
    const first = await ask(args())
    const reader = first.body?.getReader()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('a')
    later.resolve('b')
    await settle()
    for (const again of [await ask(args()), await askThere(args())]) {
      expect([await again.text(), again.headers.get('content-type'), again.status]).toEqual(['ab', 'a/b', 200])
    }
    expect(calls()).toBe(1)
  })

  it.each([
    ['a redirect', () => new Response(null, { status: 302, headers: { location: '/' } })],
    ['not found', () => new Response('no', { status: 404 })],
    ['a failure', () => new Response('no', { status: 500 })],
    ['with a cookie', () => new Response('a', { headers: { 'set-cookie': 'a=1' } })],
  ])('that is %s is each caller’s own, returned or thrown', async (_, make) => {
    const returning = open(async () => {
      await sleep(5)
      return make()
    })
    const bodies = await Promise.all([returning.ask(args()), returning.ask(args())])
    expect(await Promise.all(bodies.map((response) => response.text()))).toHaveLength(2)
    const throwing = open(async (): Promise<number> => {
      await sleep(5)
      throw make()
    })
    const thrown = await Promise.allSettled([throwing.ask(args()), throwing.ask(args())])
    const reasons = thrown.flatMap((one) => (one.status === 'rejected' ? [one.reason as Response] : []))
    expect(await Promise.all(reasons.map((reason) => reason.text()))).toHaveLength(2)
    await throwing.settle()
    await expect(throwing.ask(args())).rejects.toBeInstanceOf(Response)
    expect([returning.calls(), throwing.calls()]).toEqual([2, 3])
  })
})

describe('a loader that is called for several', () => {
  /** Fails where who asks has left. */
  const untilLeft = async ({ request }: Args, done: Promise<void>): Promise<string> =>
    await Promise.race([
      done.then(() => 'made'),
      new Promise<string>((_, reject) => request.signal.addEventListener('abort', () => reject(new Error('left')))),
    ])

  it('goes on when the first of them leaves', async () => {
    const done = deferred()
    const { ask, here, calls } = open((asked) => untilLeft(asked, done.promise))
    const client = new AbortController()
    const first = ask({ ...args(), request: new Request(args().request, { signal: client.signal }) })
    await vi.waitFor(() => expect(calls()).toBe(1))
    const second = ask(args())
    await vi.waitFor(() => expect(here.events.map(({ name }) => name)).toContain('deduplicated'))
    client.abort()
    done.resolve()
    expect([await first, await second, calls()]).toEqual(['made', 'made', 1])
  })

  it('goes on with what comes later, too', async () => {
    const done = deferred()
    const { ask } = open((asked) => ({ later: untilLeft(asked, done.promise) }))
    const client = new AbortController()
    await ask({ ...args(), request: new Request(args().request, { signal: client.signal }) })
    const second = await ask(args())
    client.abort()
    done.resolve()
    expect(await second.later).toBe('made')
  })
})

describe('a loader that finds what is stale gone', () => {
  const times = { ttl: '10ms', swr: '1d' } as const

  it('has it served no more, whether it throws that or returns it', async () => {
    for (const gone of [
      () => new Response('gone', { status: 404 }),
      () => Promise.reject<number>(new Response('gone', { status: 404 })),
    ]) {
      const { ask, calls, settle, here } = open((_, count) => (count === 1 ? 1 : gone()), times)
      expect(await ask(args())).toBe(1)
      await settle()
      await sleep(30)
      expect(await ask(args())).toBe(1)
      await vi.waitFor(() => expect(calls()).toBe(2))
      await vi.waitFor(async () => expect((await here.cache.keys()).keys).toEqual([]))
    }
  })

  it('leaves it where it only fails', async () => {
    const failed = (): Response => new Response('down', { status: 503 })
    const { ask, calls, settle, here } = open((_, count) => (count === 1 ? 1 : failed()), times)
    await ask(args())
    await settle()
    await sleep(30)
    await ask(args())
    await vi.waitFor(() => expect(calls()).toBe(2))
    await sleep(30)
    expect((await here.cache.keys()).keys).toHaveLength(1)
  })
})

describe('a loader that fails', () => {
  const times = { ttl: '10ms', staleIfError: '1d' } as const

  it('is covered by what is stale, whether it throws an error or a 500', async () => {
    const { ask, settle } = open((_, count): number => {
      if (count === 2) throw new Error('down')
      if (count === 3) throw new Response('down', { status: 503 })
      return count
    }, times)
    await ask(args())
    await settle()
    await sleep(30)
    expect([await ask(args()), await ask(args())]).toEqual([1, 1])
  })

  it('is not covered where what it throws is an answer', async () => {
    const { ask, settle } = open((_, count): number => {
      if (count > 1) throw new Response('gone', { status: 404 })
      return count
    }, times)
    await ask(args())
    await settle()
    await sleep(30)
    await expect(ask(args())).rejects.toMatchObject({ status: 404 })
  })

  it('is loud where nothing is stale', async () => {
    const { ask, calls } = open((): number => {
      throw new Response('down', { status: 500 })
    })
    await expect(ask(args())).rejects.toMatchObject({ status: 500 })
    expect(calls()).toBe(1)
  })
})

describe('what defer() of Remix 2 has made', () => {
  it('is its caller’s own, and is warned of once', async () => {
    const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const deferredData = () => ({ data: {}, subscribe: () => {}, cancel: () => {}, resolveData: () => {} })
    const { ask, calls, settle } = open(deferredData)
    const both = await Promise.all([ask(args()), ask(args())])
    expect(both[0]).not.toBe(both[1])
    await settle()
    await ask(args())
    expect(calls()).toBe(3)
    expect(emitted).toHaveBeenCalledTimes(1)
    expect(emitted.mock.calls[0]?.[1]).toEqual({ type: 'S3CacheWarning', code: 'S3_CACHE_DEFERRED_DATA' })
    emitted.mockRestore()
  })
})

describe('the options of a loader', () => {
  const { here } = twoProcesses()
  const make = (options: object): unknown => cachedLoader(here.cache, { key, ...options }, () => 1)

  it.each<[name: string, options: object]>([
    ['tll', { tll: 5 }],
    ['judge', { judge: () => 'fresh' }],
    ['key', { key: undefined }],
    ['key', { key: '' }],
    ['ttl', { ttl: 'soon' }],
    ['swr', { swr: -1 }],
    ['staleIfError', { staleIfError: 'never' }],
    ['tags', { tags: 'posts' }],
    ['lock', { lock: 'yes' }],
    ['lock.wait', { lock: { wait: 'soon' } }],
    ['timeout', { timeout: 'long' }],
    ['version', { version: {} }],
    ['maxBytes', { maxBytes: -1 }],
  ])('are refused when it is made: %s of %o', (option, options) => {
    expect(() => make(options)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION', option }))
  })

  it('may all be there', () => {
    const lifetime = { ttl: null, swr: '1d', staleIfError: 60, lock: { wait: '1s' }, timeout: '50ms' }
    const others = { tags: () => ['a'], version: 2, maxBytes: 0, bypass: false, isStale: () => false }
    expect(make({ ...lifetime, ...others })).toBeTypeOf('function')
  })
})
