import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createLayout } from '../keys/layout.ts'
import { Leases } from '../leases/leases.ts'
import { intercept } from '../object-store/intercept.ts'
import { createMemoryObjectStore } from '../object-store/memory-store.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import type { S3Cache } from './data-cache.ts'
import type { S3CacheOptions } from './data-options.ts'
import { openDataCache } from './open-data-cache.ts'

const silent = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() }
const newStore = (): ObjectStore => createMemoryObjectStore({ maxBytes: 1e8 })
const open = (options: S3CacheOptions = {}): S3Cache =>
  openDataCache({ store: newStore(), prefix: 'p/', logger: silent, ...options }, {})

const unhandled = vi.fn()
beforeAll(() => void process.on('unhandledRejection', unhandled))
afterAll(() => void process.off('unhandledRejection', unhandled))

/** Rejections are reported once the microtasks are done. */
async function expectNoneUnhandled(): Promise<void> {
  await sleep(5)
  expect(unhandled).not.toHaveBeenCalled()
}

describe('who gives up', () => {
  it('while the cache is asked, makes nothing', async () => {
    const store = intercept(newStore(), async (_call, run) => {
      await sleep(10)
      return await run()
    })
    const make = vi.fn(() => Promise.reject(new Error('down')))
    const controller = new AbortController()
    const asking = open({ store }).remember('k', make, { signal: controller.signal })
    controller.abort(new Error('gone'))
    await expect(asking).rejects.toThrow('gone')
    await expectNoneUnhandled()
    expect(make).not.toHaveBeenCalled()
  })

  it('leaves nothing that later callers would join', async () => {
    const cache = open()
    const controller = new AbortController()
    const first = cache.remember('k', () => sleep(100).then(() => 'first'), { signal: controller.signal })
    await sleep(10)
    controller.abort(new Error('gone'))
    await expect(first).rejects.toThrow('gone')
    expect(await cache.remember('k', () => 'second')).toBe('second')
    await sleep(120)
    await cache.close()
    expect(await cache.get('k')).toBe('second')
  })

  it('while another process makes it, does not make it afterwards', async () => {
    const store = newStore()
    const lease = await new Leases(store, createLayout('p/'), { id: () => 'another' }).tryAcquire('k', 60_000)
    const cache = open({ store })
    const make = vi.fn(() => 1)
    const controller = new AbortController()
    const waiting = cache.remember('k', make, { lock: true, signal: controller.signal })
    await sleep(50)
    controller.abort(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    await lease?.release()
    await sleep(300)
    expect(make).not.toHaveBeenCalled()
    await expectNoneUnhandled()
  })

  it('because the function throws at once, is followed by who makes it', async () => {
    const cache = open()
    const failing = (): never => {
      throw new Error('at once')
    }
    await expect(cache.remember('k', failing)).rejects.toThrow('at once')
    expect(await cache.remember('k', () => 1)).toBe(1)
    await expectNoneUnhandled()
  })
})

describe('options that are wrong', () => {
  it.each([
    { lock: { wait: 'nonsense' } },
    { lock: { lease: -1 } },
    { lock: { lease: Infinity } },
    { timeout: 'soon' },
  ])('are refused, %j, and the key is as it was', async (options) => {
    const cache = open()
    const call = cache.remember('k', () => 1, options as object)
    await expect(call).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' })
    expect(await cache.remember('k', () => 2)).toBe(2)
    await expectNoneUnhandled()
  })
})

it('lets a promise inside of a value reject that nobody looks at', async () => {
  const cache = open()
  const later = <T>(value: () => T): Promise<T> => sleep(5).then(value)
  const fail = (): never => {
    throw new Error('inside')
  }
  const make = (): Promise<object> => later(() => ({ soon: later(fail), deep: later(() => ({ deeper: later(fail) })) }))
  const [, copy] = await Promise.all([cache.remember('k', make), cache.remember('k', make)])
  await sleep(30)
  await expectNoneUnhandled()
  await expect((copy as { soon: Promise<void> }).soon).rejects.toThrow('inside')
})

describe('a function that remembers what it makes', () => {
  it('is told so, and so is one that does it by way of another', async () => {
    const cache = open()
    const own = cache.remember('k', () => cache.remember('k', () => 1))
    await expect(own).rejects.toMatchObject({ code: 'ERR_RECURSIVE_REMEMBER' })
    const a = (): Promise<number> => cache.remember('a', () => cache.remember('b', a))
    await expect(a()).rejects.toMatchObject({ code: 'ERR_RECURSIVE_REMEMBER' })
    expect(await cache.remember('k', () => cache.remember('l', () => 2))).toBe(2)
  })

  it('is told so where two calls would wait for each other', async () => {
    const cache = open()
    const a = (): Promise<number> => cache.remember('a', () => sleep(10).then(b))
    const b = (): Promise<number> => cache.remember('b', () => sleep(10).then(a))
    const calls = await Promise.allSettled([a(), b()])
    for (const call of calls) expect(call).toMatchObject({ reason: { code: 'ERR_RECURSIVE_REMEMBER' } })
    const c = (): Promise<number> => cache.remember('c', () => sleep(10).then(() => 1))
    expect(await Promise.all([cache.remember('d', c), cache.remember('e', c), c()])).toEqual([1, 1, 1])
  })

  it('may ask for it once it is made', async () => {
    const cache = open()
    const isOnItsWay = sleep(40)
    let later: Promise<unknown> | undefined
    const make = (): { isOnItsWay: Promise<void> } => {
      later = sleep(10).then(() => cache.remember('k', make))
      return { isOnItsWay }
    }
    await cache.remember('k', make)
    expect(await later).toHaveProperty('isOnItsWay')
  })

  it('later, keeps nothing of what it has made before', async () => {
    const cache = open()
    const made: WeakRef<object>[] = []
    const make = (): object => {
      const again = (): void => void (made.length < 5 && cache.remember('k', make, { forceFresh: true }))
      // The last one runs on: it is in the midst of all before it.
      setTimeout(again, made.length < 4 ? 5 : 10_000).unref()
      const value = { bytes: new Uint8Array(1000) }
      made.push(new WeakRef(value))
      return value
    }
    await cache.remember('k', make)
    await vi.waitUntil(() => made.length === 5)
    await cache.close()
    await sleep(1)
    setFlagsFromString('--expose_gc')
    runInNewContext('gc')()
    expect(made.map((value) => value.deref())).toEqual(made.map(() => undefined))
  })
})

describe('waitUntil', () => {
  it('is told of a miss, until the value is in the store', async () => {
    const store = intercept(newStore(), async (call, run) => {
      if (call.operation === 'put') await sleep(20)
      return await run()
    })
    const cache = open({ store })
    const waitUntil = vi.fn()
    await cache.remember('k', () => 1, { waitUntil })
    const isStored = async (): Promise<boolean> => (await store.list('p/v1/entries/')).objects.length === 1
    expect([waitUntil.mock.calls.length, await isStored()]).toEqual([1, false])
    await waitUntil.mock.calls[0]?.[0]
    expect(await isStored()).toBe(true)
  })

  it('is given what never rejects', async () => {
    const waitUntil = vi.fn()
    const call = open().remember('k', () => Promise.reject(new Error('down')), { waitUntil })
    await expect(call).rejects.toThrow('down')
    expect(await waitUntil.mock.calls[0]?.[0]).toBeUndefined()
    await expectNoneUnhandled()
  })
})

it('closes when what was made is stored, however long its encoding takes', async () => {
  const store = newStore()
  const cache = open({ store, drainMs: 500 })
  await cache.remember('k', () => ({ later: sleep(30) }))
  await cache.close()
  expect((await store.list('p/v1/entries/')).objects).toHaveLength(1)
  await cache.remember('never', () => ({ later: new Promise(() => {}) }))
  const calledAt = performance.now()
  await cache.close()
  expect(performance.now() - calledAt).toBeGreaterThan(490)
  await cache.delete('never')
  await cache.close()
  expect(performance.now() - calledAt).toBeLessThan(900)
})

it('frees the lease where the look for the value fails', async () => {
  const inner = newStore()
  let isFailing = false
  const store = intercept(inner, async (call, run) => {
    if (isFailing && call.operation === 'get' && call.key.includes('/entries/')) throw new Error('down')
    const result = await run()
    // From then on: who holds the lease looks once more.
    if (call.operation === 'put' && call.key.includes('/leases/')) isFailing = true
    return result
  })
  const cache = open({ store, failOpen: false, memoryMaxBytes: 0 })
  // Finds out about conditions.
  await cache.add('other', 1)
  isFailing = false
  await expect(cache.remember('k', () => 1, { lock: true })).rejects.toThrow('down')
  expect((await inner.list('p/v1/leases/')).objects).toEqual([])
})
