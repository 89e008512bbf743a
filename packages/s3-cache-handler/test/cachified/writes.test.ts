import { setTimeout as sleep } from 'node:timers/promises'
import { type CacheEvent as CachifiedEvent, createCacheEntry, softPurge } from '@epic-web/cachified'
import { describe, expect, it, vi } from 'vitest'
import { intercept } from '../../src/lib/object-store/intercept.ts'
import type { ObjectStore } from '../../src/lib/object-store/object-store.ts'
import { failingStore } from '../data/failing-store.ts'
import { counter, deferred, never, newStore, open } from './open.ts'

/** A store whose PUTs of entries wait to be let through. */
function gatedStore(): { readonly store: ObjectStore; readonly puts: () => number; readonly letThrough: () => void } {
  const gate = deferred()
  let puts = 0
  const store = intercept(newStore(), async (call, run) => {
    if (call.operation === 'put' && call.key.includes('entries/')) {
      puts++
      await gate.promise
    }
    return await run()
  })
  return { store, puts: () => puts, letThrough: () => gate.resolve() }
}

describe('behind the answer', () => {
  it('a value is stored, and found meanwhile', async () => {
    const { store, puts, letThrough } = gatedStore()
    const { call, settle, cache } = open({ store, prefix: 'p/', timeoutMs: 60_000 })
    expect(await call(() => 'value')).toBe('value')
    expect(await call<string>(never)).toBe('value')
    expect(puts()).toBe(1)
    expect((await store.list('p/v1/entries/')).objects).toEqual([])
    letThrough()
    await settle()
    expect((await store.list('p/v1/entries/')).objects).toHaveLength(1)
    expect(cache.stats().pendingEntries).toBe(0)
  })

  it('it is stored as it was when cachified had it', async () => {
    const { call, settle } = open({ memoryMaxBytes: 0 })
    const value = await call(() => ({ list: [1] }))
    value.list.push(2)
    await settle()
    expect(await call<unknown>(never)).toEqual({ list: [1] })
  })

  it('a get that is called right after a set finds it, also without waiting for the set', async () => {
    const { adapter } = open()
    void adapter.set('k', createCacheEntry('first'))
    void adapter.set('k', createCacheEntry('second'))
    expect(await adapter.get('k')).toMatchObject({ value: 'second' })
    void softPurge({ cache: adapter, key: 'k' })
    expect(await adapter.get('k')).toMatchObject({ value: 'second' })
  })

  it('a delete takes what is on its way', async () => {
    const { adapter, settle } = open()
    void adapter.set('k', createCacheEntry('value'))
    await adapter.delete('k')
    await settle()
    expect(await adapter.get('k')).toBeUndefined()
  })

  it('a clear takes it, too', async () => {
    const { adapter, cache, settle } = open()
    void adapter.set('k', createCacheEntry('value'))
    await cache.namespace('cachified').clear()
    await settle()
    expect(await adapter.get('k')).toBeUndefined()
  })

  it('a value with a Promise inside is stored once that has resolved, and the maker does not wait', async () => {
    const { call } = open()
    const later = deferred<number>()
    const { later: own } = await call(() => ({ later: later.promise }))
    expect(own).toBe(later.promise)
    const found = call<{ later: Promise<number> }>(never)
    later.resolve(2)
    expect(await (await found).later).toBe(2)
  })

  it('a value with a Promise inside that takes too long is made anew', async () => {
    const { call } = open({ timeoutMs: 50 })
    await call(() => ({ later: new Promise<void>(() => {}) }))
    expect(await call<unknown>(() => 'made anew')).toBe('made anew')
    expect(await call<unknown>(never)).toBe('made anew')
  })

  it('what cannot be stored is an event, and the caller has it all the same', async () => {
    const { call, events, settle } = open()
    const { make, made } = counter()
    const unstorable = (): unknown => ({ make: () => make() })
    expect(await call(unstorable)).toEqual({ make: expect.any(Function) })
    await settle()
    expect(events).toContainEqual(
      expect.objectContaining({
        name: 'not-stored',
        error: expect.objectContaining({ code: 'ERR_UNENCODABLE_VALUE' }),
      }),
    )
    expect(await call(make)).toBe('made 1')
    expect(made()).toBe(1)
  })

  it('what the store refuses is an event', async () => {
    const { store, fail } = failingStore(newStore())
    const { call, events, settle } = open({ store, prefix: 'p/', timeoutMs: 200 })
    fail()
    await call(() => 'value')
    await settle()
    expect(events.filter(({ name }) => name === 'not-stored')).toHaveLength(1)
  })

  it('what does not fit is an event', async () => {
    const { adapter, events, settle } = open({ pendingMaxBytes: 1000 })
    await adapter.set('k', createCacheEntry('x'.repeat(2000)))
    await settle()
    expect(events.filter(({ name }) => name === 'not-stored')).toHaveLength(1)
    expect(await adapter.get('k')).toBeUndefined()
  })

  it('no rejection goes unhandled', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const { adapter, settle } = open({}, { tags: () => [''] })
    await adapter.set('k', createCacheEntry('value'))
    await adapter.set(
      'k',
      createCacheEntry(() => {}),
    )
    await settle()
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})

describe('with await', () => {
  it('cachified answers once the value is stored', async () => {
    const { store, letThrough } = gatedStore()
    const { call } = open({ store, prefix: 'p/', timeoutMs: 60_000 }, { write: 'await' })
    const answered = vi.fn()
    const calling = call(() => 'value').then(answered)
    await sleep(20)
    expect(answered).not.toHaveBeenCalled()
    letThrough()
    await calling
    expect((await store.list('p/v1/entries/')).objects).toHaveLength(1)
  })

  it('what fails is for the reporter, too', async () => {
    const { store, fail } = failingStore(newStore())
    const { call } = open({ store, prefix: 'p/', timeoutMs: 200 }, { write: 'await' })
    const told: CachifiedEvent<unknown>[] = []
    const codes = (): unknown[] =>
      told.flatMap((event) => (event.name === 'writeFreshValueError' ? [(event.error as { code?: string }).code] : []))
    expect(
      await call<unknown>(
        () => Symbol.iterator,
        {},
        () => (event) => void told.push(event),
      ),
    ).toBe(Symbol.iterator)
    expect(codes()).toEqual(['ERR_UNENCODABLE_VALUE'])
    fail()
    expect(
      await call<unknown>(
        () => 'value',
        {},
        () => (event) => void told.push(event),
      ),
    ).toBe('value')
    expect(codes()[1]).toMatch(/^ERR_OBJECT_STORE/)
  })
})

describe('a delete that the store refuses', () => {
  /** As the role of an app that may read and write. */
  const refusing = (store: ObjectStore): ObjectStore => ({
    ...store,
    deleteMany: async (keys) => ({ failed: keys.map((key) => ({ key, reason: 'AccessDenied' })) }),
  })
  const checkValue = (value: unknown): boolean => typeof value === 'string'

  it('leaves an entry that nobody finds any more', async () => {
    const store = newStore()
    const one = open({ store: refusing(store), prefix: 'p/' })
    const other = open({ store, prefix: 'p/', memoryCheckMs: 0 })
    await one.adapter.set('k', createCacheEntry('value'))
    await one.settle()
    expect(await other.call<string>(never)).toBe('value')
    expect(await one.adapter.delete('k')).toBe(true)
    expect(await one.adapter.get('k')).toBeUndefined()
    expect(await other.adapter.get('k')).toBeUndefined()
  })

  it('takes nothing that was set after it was called', async () => {
    const { adapter } = open({ store: refusing(newStore()), prefix: 'p/' }, { write: 'await' })
    await adapter.set('k', createCacheEntry('before'))
    const deleted = adapter.delete('k')
    await adapter.set('k', createCacheEntry('after'))
    await deleted
    expect(await adapter.get('k')).toMatchObject({ value: 'after' })
  })

  it('has what a check refuses made once, by all', async () => {
    const store = newStore()
    const one = open({ store: refusing(store), prefix: 'p/' })
    const other = open({ store: refusing(store), prefix: 'p/', tagRefreshMs: 0 })
    await one.adapter.set('k', createCacheEntry(1))
    await one.settle()
    await sleep(2)
    expect(await one.call(() => 'new', { checkValue })).toBe('new')
    expect(await one.call<string>(never, { checkValue })).toBe('new')
    await one.settle()
    expect(await other.call<string>(never, { checkValue })).toBe('new')
  })

  it('is an event', async () => {
    const { adapter, events } = open({ store: refusing(newStore()), prefix: 'p/' })
    await adapter.delete('k')
    const error = expect.objectContaining({ message: expect.stringContaining('AccessDenied') })
    expect(events).toContainEqual(expect.objectContaining({ name: 'store-failed', operation: 'deleteMany', error }))
  })

  it('rejects where it takes no write either, and holds here', async () => {
    const { store, fail } = failingStore(newStore())
    const { adapter, settle } = open({ store, prefix: 'p/', timeoutMs: 200, memoryCheckMs: 60_000 })
    await adapter.set('k', createCacheEntry('value'))
    await settle()
    fail()
    await expect(adapter.delete('k')).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_UNREACHABLE' })
    expect(await adapter.get('k')).toBeUndefined()
  })
})

describe('reads of one tick', () => {
  it('of one key are one request, and of several are all under way at once', async () => {
    let [underWay, most, gets] = [0, 0, 0]
    const store = intercept(newStore(), async (call, run) => {
      const isEntry = call.operation === 'get' && call.key.includes('entries/')
      if (!isEntry) return await run()
      gets++
      most = Math.max(most, ++underWay)
      await sleep(20)
      underWay--
      return await run()
    })
    const keys = Array.from({ length: 100 }, (_, index) => `key-${index}`)
    const { adapter, cache } = open({ store, prefix: 'p/', timeoutMs: 60_000 })
    await adapter.get('before')
    await Promise.all([...keys, ...keys].map(async (key) => await adapter.get(key)))
    expect([gets, most]).toEqual([101, 100])
    // What a batch would do: S3 has no request for many objects, and so it has fewer of the same under way.
    ;[most, gets] = [0, 0]
    await cache.namespace('another').getMany(keys)
    expect([gets, most]).toEqual([100, 32])
  })
})
