import { setTimeout as sleep } from 'node:timers/promises'
import { createCacheEntry, softPurge } from '@epic-web/cachified'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { intercept } from '../../src/lib/object-store/intercept.ts'
import { failingStore } from '../data/failing-store.ts'
import { forgetCaches } from '../forget-caches.ts'
import { createHandlerFleet } from '../handler-fleet.ts'
import { runs } from '../property.ts'
import { openS3Endpoint, type S3Endpoint } from '../s3-endpoint.ts'
import { counter, deferred, never, newStore, open, openTwo, type Opened } from './open.ts'

const HOUR = 3_600_000
const tags = (key: string): string[] => ['all', `tag of ${key}`]
/** Until the clock that cachified takes times from is sure to have ticked. */
const ticked = (): Promise<void> => sleep(2)
/** Until the other process must know. */
const heard = (): Promise<void> => sleep(40)

afterEach(() => void vi.useRealTimers())

/** Waits for the refresh that a stale value begins. */
async function refreshed({ call }: Opened, make: () => string): Promise<string> {
  const work: Promise<unknown>[] = []
  const value = await call(make, { ttl: HOUR, waitUntil: (promise) => void work.push(promise) })
  await Promise.all(work)
  return value
}

describe('revalidateTag', () => {
  it('takes entries here at once, and elsewhere as soon as that is heard', async () => {
    const { one, other } = openTwo({}, { tags })
    const { make, made } = counter()
    await one.call(make)
    await one.settle()
    expect(await other.call<string>(never)).toBe('made 1')
    await one.cache.revalidateTag('tag of k')
    await ticked()
    expect(await one.call(make)).toBe('made 2')
    expect(await one.call<string>(never)).toBe('made 2')
    await one.settle()
    await heard()
    expect(await other.call<string>(never)).toBe('made 2')
    expect(made()).toBe(2)
  })

  it('has a process that hears of it at a call make the value once', async () => {
    // Cachified tells when a value was begun by this clock, which must not tick within a call.
    vi.useFakeTimers({ toFake: ['Date'] })
    const { one, other } = openTwo({ memoryCheckMs: 1000 }, { tags })
    await one.call(() => 'old')
    await one.settle()
    await other.call<string>(never)
    await one.cache.revalidateTag('all')
    await heard()
    vi.setSystemTime(Date.now() + 50)
    const { make, made } = counter()
    expect([await other.call(make), await other.call(make)]).toEqual(['made 1', 'made 1'])
    expect(made()).toBe(1)
  })

  it('has a value made once that is made in the millisecond that the old one was made in', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { call, cache } = open({}, { tags })
    await call(() => 'old')
    await call<string>(never)
    await cache.revalidateTag('all')
    expect([await call(() => 'new'), await call<string>(never)]).toEqual(['new', 'new'])
  })

  it('has a process that hears at a call that a value is stale make it anew once', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { one, other } = openTwo({ memoryCheckMs: 1000 }, { tags })
    await one.call(() => 'old')
    await one.settle()
    await other.call<string>(never)
    await one.cache.revalidateTag('all', { mode: 'stale' })
    await heard()
    vi.setSystemTime(Date.now() + 50)
    expect(await refreshed(other, () => 'new')).toBe('old')
    expect(await other.call<string>(never)).toBe('new')
    expect((await other.adapter.get('k'))?.metadata.ttl).toBe(HOUR)
  })

  it('has it make the value once, also where a value is set meanwhile whose making began before', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { one, other } = openTwo({ memoryCheckMs: 1000 }, { tags })
    await one.call(() => 'old')
    await one.settle()
    await other.call<string>(never)
    const before = Date.now()
    await one.cache.revalidateTag('all')
    await heard()
    vi.setSystemTime(before + 50)
    const { make, made } = counter()
    const making = other.call(async () => {
      await other.adapter.set('k', createCacheEntry('begun before', { createdTime: before }))
      return make()
    })
    expect([await making, await other.call(make)]).toEqual(['made 1', 'made 1'])
    expect(made()).toBe(1)
  })

  it('leaves entries with other tags', async () => {
    const { one } = openTwo({}, { tags })
    await one.call(() => 'value')
    await one.cache.revalidateTag('tag of another')
    expect(await one.call<string>(never)).toBe('value')
  })

  it('reaches the tags of the cache’s defaults', async () => {
    const { call, cache } = open({ defaults: { tags: ['shop'] } })
    await call(() => 'old')
    await cache.revalidateTag('shop')
    expect(await call(() => 'new')).toBe('new')
  })

  it('has entries that are softly invalidated served while they are made anew, whatever their ttl', async () => {
    const { one, other } = openTwo({}, { tags })
    await one.call(() => 'old')
    await one.settle()
    await one.cache.revalidateTag('all', { mode: 'stale' })
    await heard()
    for (const process of [one, other]) {
      expect(await process.adapter.get('k')).toMatchObject({ metadata: { ttl: 0 }, value: 'old' })
    }
    expect(await refreshed(other, () => 'new')).toBe('old')
    expect(await other.call<string>(never)).toBe('new')
    await other.settle()
    expect(await one.call<string>(never)).toBe('new')
  })

  it('has them gone at its deadline', async () => {
    const { call, cache } = open({}, { tags })
    await call(() => 'old')
    await cache.revalidateTag('all', { mode: 'stale', expireSeconds: 0.05 })
    await sleep(80)
    expect(await call(() => 'new')).toBe('new')
  })

  it('rejects where it is not stored, and holds here', async () => {
    const { store, fail } = failingStore(newStore())
    const { call, cache } = open({ store, prefix: 'p/', timeoutMs: 100, memoryCheckMs: 60_000 }, { tags })
    await call(() => 'old')
    fail()
    await expect(cache.revalidateTag('all')).rejects.toMatchObject({ code: 'ERR_NOT_INVALIDATED' })
    expect(await call(() => 'new')).toBe('new')
  })
})

describe('what was begun before an invalidation', () => {
  it('is not found after it', async () => {
    const { call, cache, settle } = open({}, { tags })
    const gate = deferred()
    const before = call(async () => {
      await gate.promise
      return 'old'
    })
    await sleep(5)
    await cache.revalidateTag('all')
    await ticked()
    gate.resolve()
    expect(await before).toBe('old')
    await settle()
    expect(await call(() => 'new')).toBe('new')
    expect(await call<string>(never)).toBe('new')
  })

  it('is not found after it either where it was forced', async () => {
    const { call, cache, settle } = open({}, { tags })
    const gate = deferred()
    const before = call(
      async () => {
        await gate.promise
        return 'old'
      },
      { forceFresh: true },
    )
    await sleep(5)
    await cache.revalidateTag('all')
    await ticked()
    gate.resolve()
    await before
    await settle()
    expect(await call(() => 'new')).toBe('new')
  })

  describe('by a forced call', () => {
    /** Both calls at once, of which the second waits for the first; in between the other things. */
    async function joinForced({ call, settle }: Opened, between: (join: () => Promise<void>) => Promise<unknown>) {
      const [gate, joined] = [deferred(), deferred()]
      const make = async (): Promise<string> => {
        await gate.promise
        return 'old'
      }
      const calls = [call(make, { forceFresh: true })]
      const join = async (): Promise<void> => {
        const reporter = () => (event: { readonly name: string }) => {
          if (event.name === 'getFreshValueHookPending') joined.resolve()
        }
        calls.push(call<string>(never, {}, reporter))
        await joined.promise
      }
      await between(join)
      gate.resolve()
      expect(await Promise.all(calls)).toEqual(['old', 'old'])
      await settle()
    }

    it.each(['before', 'after'])(
      'is not found where another one of the same millisecond, called %s it, hears of it',
      async (when) => {
        vi.useFakeTimers({ toFake: ['Date'] })
        const store = intercept(newStore(), async (call, run) => {
          if (call.operation === 'get' && call.key.includes('entries/')) await sleep(50)
          return await run()
        })
        const opened = open({ store, prefix: 'p/', timeoutMs: 60_000 }, { tags })
        const invalidate = async (): Promise<void> => await opened.cache.revalidateTag('all')
        await joinForced(opened, async (join) => {
          await Promise.all(when === 'before' ? [join(), invalidate()] : [invalidate(), join()])
        })
        expect(await opened.call(() => 'new')).toBe('new')
      },
    )

    it('is not found where another one, called some milliseconds later, hears of it', async () => {
      vi.useFakeTimers({ toFake: ['Date'] })
      const opened = open({}, { tags })
      await joinForced(opened, async (join) => {
        vi.setSystemTime(Date.now() + 5)
        await opened.cache.revalidateTag('all')
        await join()
      })
      expect(await opened.call(() => 'new')).toBe('new')
    })
  })

  it('elsewhere is not found after it here', async () => {
    const { one, other } = openTwo({}, { tags })
    const gate = deferred()
    const before = one.call(async () => {
      await gate.promise
      return 'old'
    })
    await sleep(5)
    await other.cache.revalidateTag('all')
    await ticked()
    gate.resolve()
    await before
    await one.settle()
    expect(await other.call(() => 'new')).toBe('new')
    await heard()
    expect(await one.call<string>(never)).toBe('new')
  })
})

describe('what is set again', () => {
  it('by softPurge elsewhere is stale, and not gone, though its tag was invalidated before it was made', async () => {
    const { one, other } = openTwo({}, { tags })
    await one.cache.revalidateTag('all')
    await ticked()
    await one.call(() => 'value', { ttl: HOUR })
    await one.settle()
    await heard()
    await softPurge({ cache: other.adapter, key: 'k' })
    await other.settle()
    expect(await one.adapter.get('k')).toMatchObject({ metadata: { ttl: 0 }, value: 'value' })
  })

  it('by fallbackToCache stays as stale as it was', async () => {
    const { call, cache, adapter } = open({}, { tags })
    await call(() => ({ value: 'old' }))
    await cache.revalidateTag('all', { mode: 'stale' })
    const down = (): Promise<unknown> => Promise.reject(new Error('down'))
    expect(await call(down, { forceFresh: true })).toEqual({ value: 'old' })
    expect(await adapter.get('k')).toMatchObject({ metadata: { ttl: 0 } })
  })

  it('under another key is what that key was made of', async () => {
    const { adapter, cache, call } = open({}, { tags })
    await cache.revalidateTag('tag of copy')
    await call(() => ({ value: 1 }))
    await sleep(2)
    const found = await adapter.get('k')
    await adapter.set('copy', createCacheEntry(found?.value))
    expect(await adapter.get('copy')).toMatchObject({ value: { value: 1 } })
  })
})

describe('an entry that was made long ago, elsewhere', () => {
  it('is found unless its tag was invalidated since', async () => {
    const { adapter, cache } = open({}, { tags })
    await cache.revalidateTag('all')
    await adapter.set('k', createCacheEntry('imported', { createdTime: Date.now() - HOUR }))
    expect(await adapter.get('k')).toBeUndefined()
    const later = open({}, { tags })
    await later.adapter.set('k', createCacheEntry('imported', { createdTime: Date.now() - HOUR }))
    expect(await later.adapter.get('k')).toMatchObject({ value: 'imported' })
  })

  it('is found where that was longer ago than clocks can be wrong', async () => {
    // The event is of an hour ago, by a machine and a store whose time it was then.
    vi.useFakeTimers({ toFake: ['Date'] })
    const store = newStore()
    await open({ store, prefix: 'p/' }, { tags }).cache.revalidateTag('all')
    vi.setSystemTime(Date.now() + HOUR)
    const { call } = open({ store: { ...store }, prefix: 'p/' }, { tags })
    await call(() => 'warmed up', { forceFresh: true })
    expect(await call<string>(never)).toBe('warmed up')
  })
})

describe('tags that are wrong', () => {
  it('are an event and for the reporter, and the value is not stored', async () => {
    const { call, events, settle } = open({}, { tags: () => [''], write: 'await' })
    const told: string[] = []
    expect(
      await call<string>(
        () => 'value',
        {},
        () =>
          ({ name }) =>
            void told.push(name),
      ),
    ).toBe('value')
    await settle()
    expect(told).toContain('writeFreshValueError')
    expect(events).toContainEqual(
      expect.objectContaining({ name: 'not-stored', error: expect.objectContaining({ code: 'ERR_INVALID_OPTION' }) }),
    )
  })
})

describe('on a bucket that a Next app has, too', () => {
  let s3: S3Endpoint
  beforeAll(async () => {
    s3 = await openS3Endpoint('cachified-next')
  })
  afterAll(() => s3.close())

  it('a revalidateTag of Next reaches the entries, and one of the data cache the pages', async () => {
    const { bucket, endpoint, region } = s3
    const fleet = createHandlerFleet(s3)
    const instance = fleet.instance()
    const place = { bucket, endpoint, region, prefix: fleet.prefix }
    const { call, cache, settle } = open({ ...place, tagRefreshMs: 20, timeoutMs: 10_000 }, { tags: () => ['posts'] })
    await call(() => 'old')
    await settle()
    await instance().revalidateTag('posts')
    await heard()
    expect(await call(() => 'new')).toBe('new')
    const data = { kind: 'FETCH', data: { headers: {}, body: 'x', url: 'u' }, revalidate: 3600 }
    const get = async (): Promise<unknown> =>
      await instance().get('fetched', { kind: 'FETCH', revalidate: 3600, tags: ['posts'], softTags: [] })
    await instance().set('fetched', data, { fetchCache: true, tags: ['posts'] })
    expect(await get()).toMatchObject({ value: data })
    await cache.revalidateTag('posts')
    await heard()
    expect(await get()).toBeNull()
  })
})

it(
  'finds nothing that was begun before an invalidation that was done before it was asked for',
  { timeout: 60_000 },
  async () => {
    const step = fc.record({
      what: fc.constantFrom('call', 'call', 'force', 'revalidate', 'soften', 'purge'),
      makingMs: fc.nat(6),
      thenMs: fc.constantFrom(0, 1, 3),
      requestMs: fc.constantFrom(1, 4),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
        let requestMs = 1
        const store = intercept(newStore(), async (_call, run) => {
          await sleep(requestMs)
          return await run()
        })
        const { call, cache, adapter } = open({ store, prefix: 'p/', memoryCheckMs: 0, timeoutMs: 60_000 }, { tags })
        let clock = 0
        let goneUpTo = 0
        const running: Promise<unknown>[] = []
        for (const { what, makingMs, thenMs, ...each } of steps) {
          ;({ requestMs } = each)
          const make = async (): Promise<{ begunAt: number }> => {
            const begunAt = ++clock
            await sleep(makingMs)
            return { begunAt }
          }
          const revalidate = async (): Promise<void> => {
            const calledAt = ++clock
            await cache.revalidateTag('all')
            goneUpTo = Math.max(goneUpTo, calledAt)
          }
          const actions = {
            call: () => call(make, { ttl: HOUR, swr: HOUR }),
            force: () => call(make, { ttl: HOUR, swr: HOUR, forceFresh: true }),
            revalidate,
            soften: () => cache.revalidateTag('all', { mode: 'stale' }),
            purge: () => softPurge({ cache: adapter, key: 'k' }),
          }
          running.push(actions[what]())
          await sleep(thenMs)
        }
        await Promise.all(running)
        // Refreshes that stale values began.
        await sleep(20)
        await cache.close()
        const { begunAt } = await call(async () => ({ begunAt: ++clock }))
        expect(begunAt).toBeGreaterThan(goneUpTo)
        forgetCaches()
      }),
      runs(25),
    )
  },
)
