import { describe, expect, it } from 'vitest'
import { createLayout } from '../keys/layout.ts'
import { createMemoryObjectStore } from '../object-store/memory-store.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import { Leases } from './leases.ts'

const layout = createLayout('p/')

/** A store whose clock the test sets, and leases on it as of several processes. */
function setUp(): { readonly store: ObjectStore; readonly leases: () => Leases; readonly at: (ms: number) => void } {
  const inner = createMemoryObjectStore({ maxBytes: 1e6 })
  let now = 0
  let ids = 0
  const written = new Map<string, number>()
  const store: ObjectStore = {
    ...inner,
    async put(key, body, options) {
      const result = await inner.put(key, body, options)
      if (result.kind === 'stored') written.set(key, now)
      return result
    },
    async get(key, options) {
      const result = await inner.get(key, options)
      return result.kind === 'found' ? { ...result, date: now, lastModified: written.get(key) ?? 0 } : result
    },
  }
  return {
    store,
    leases: () => new Leases(store, layout, { id: () => `id ${++ids}` }),
    at: (ms) => (now = ms),
  }
}

describe('a lease', () => {
  it('is held by one at a time, and free again when it is released', async () => {
    const { leases } = setUp()
    const [one, other] = [leases(), leases()]
    const held = await one.tryAcquire('k', 1000)
    expect(held).toBeDefined()
    expect(await other.tryAcquire('k', 1000)).toBeUndefined()
    expect(await other.tryAcquire('another', 1000)).toBeDefined()
    await held?.release()
    expect(await other.tryAcquire('k', 1000)).toBeDefined()
  })

  it('of a dead holder is taken over once its own time is past, by one', async () => {
    const { leases, at } = setUp()
    await leases().tryAcquire('k', 1000)
    at(1000)
    expect(await leases().tryAcquire('k', 1)).toBeUndefined()
    at(1001)
    const all = await Promise.all(Array.from({ length: 10 }, () => leases().tryAcquire('k', 1000)))
    expect(all.filter((lease) => lease !== undefined)).toHaveLength(1)
  })

  it('that was taken over is not released by who held it before', async () => {
    const { leases, at } = setUp()
    const old = await leases().tryAcquire('k', 1000)
    at(2000)
    expect(await leases().tryAcquire('k', 1000)).toBeDefined()
    await old?.release()
    expect(await leases().tryAcquire('k', 1000)).toBeUndefined()
  })

  it('is held where the answer to its own writing was lost', async () => {
    const { leases, store } = setUp()
    const put = store.put.bind(store)
    let isFirst = true
    store.put = async (...call) => {
      const result = await put(...call)
      if (!isFirst) return result
      isFirst = false
      // As the repetition of a request finds it whose first answer never came.
      return { kind: 'condition-failed' }
    }
    expect(await leases().tryAcquire('k', 1000)).toBeDefined()
  })

  it('is held where the answer to its writing or to its taking over was lost', async () => {
    const { leases, store, at } = setUp()
    const put = store.put.bind(store)
    store.put = async (...call) => {
      const result = await put(...call)
      if (result.kind === 'stored') throw new Error('connection reset')
      return result
    }
    expect(await leases().tryAcquire('k', 1000)).toBeDefined()
    at(1001)
    const taken = await leases().tryAcquire('k', 1000)
    expect(await leases().tryAcquire('k', 1000)).toBeUndefined()
    await taken?.release()
    expect((await store.list('')).objects).toEqual([])
  })

  it('that cannot be written is an error', async () => {
    const { leases, store } = setUp()
    store.put = () => Promise.reject(new Error('down'))
    await expect(leases().tryAcquire('k', 1000)).rejects.toThrow('down')
  })

  it.each(['damaged', 'null', '{}', '{"owner":1,"leaseMs":"1"}'])(
    'is taken where what stands in its place is damaged: %s',
    async (body) => {
      const { leases, store } = setUp()
      await store.put(layout.lease('k'), Buffer.from(body))
      expect(await leases().tryAcquire('k', 1000)).toBeDefined()
    },
  )
})
