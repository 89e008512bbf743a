import { describe, expect, it } from 'vitest'
import { createLayout } from '../keys/layout.ts'
import { createMemoryObjectStore } from '../object-store/memory-store.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import { Leases } from './leases.ts'
import { Refreshes, type Turn } from './refreshes.ts'

const layout = createLayout('p/')

/** A fleet whose one clock the test sets. */
function createFleet({ hasConditions = true } = {}) {
  const clock = { ms: 1_000_000 }
  const inner = createMemoryObjectStore({ maxBytes: 1e6 })
  const written = new Map<string, number>()
  const broken = { is: false }
  const store: ObjectStore = {
    ...inner,
    async put(key, body, options) {
      if (broken.is) throw new Error('down')
      const result = await inner.put(key, body, options)
      if (result.kind === 'stored') written.set(key, clock.ms)
      return result
    },
    async get(key, options) {
      const result = await inner.get(key, options)
      return result.kind === 'found' ? { ...result, date: clock.ms, lastModified: written.get(key) ?? 0 } : result
    },
  }
  let ids = 0
  const instance = (): Refreshes =>
    new Refreshes({
      leases: new Leases(store, layout, { id: () => `id ${++ids}` }),
      hasConditionalPut: async () => hasConditions,
      runtime: { monotonicMs: () => clock.ms },
    })
  return { clock, broken, instance, leases: async () => (await inner.list('p/v1/leases/')).objects.length }
}

const end = async (turn: Turn): Promise<void> => (turn.kind === 'ours' ? turn.end() : undefined)

describe('a stale entry', () => {
  it('is rendered by one instance at a time, and by the next one when that is done', async () => {
    const { instance, clock, leases } = createFleet()
    const [a, b, c] = [instance(), instance(), instance()]
    const first = await a.begin('k', 1)
    expect([first.kind, (await b.begin('k', 1)).kind, (await c.begin('k', 1)).kind]).toEqual([
      'ours',
      'others',
      'others',
    ])
    expect((await a.begin('k', 1)).kind).toBe('others')
    expect((await a.begin('another', 1)).kind).toBe('ours')
    await end(first)
    expect(await leases()).toBe(1)
    clock.ms += 1000
    expect((await b.begin('k', 1)).kind).toBe('ours')
  })

  it('is rendered again when the new one is stale before the turn has ended', async () => {
    const { instance, clock } = createFleet()
    const a = instance()
    const first = await a.begin('k', 1)
    clock.ms += 100
    expect((await a.begin('k', 2)).kind).toBe('others')
    await end(first)
    clock.ms += 1000
    expect((await a.begin('k', 2)).kind).toBe('ours')
  })

  it('is asked about once a second by who lost', async () => {
    const { instance, clock } = createFleet()
    const [a, b] = [instance(), instance()]
    const turn = await a.begin('k', 1)
    await b.begin('k', 1)
    await end(turn)
    expect((await b.begin('k', 1)).kind).toBe('others')
    // Another version of it is another matter.
    expect((await b.begin('k', 2)).kind).toBe('ours')
    clock.ms += 1000
    expect((await b.begin('k', 2)).kind).toBe('others')
  })

  it('is taken over when the lease of who renders it has run out, which then sits out two', async () => {
    const { instance, clock } = createFleet()
    const [a, b] = [instance(), instance()]
    expect((await a.begin('k', 1)).kind).toBe('ours')
    clock.ms += 10_000
    expect((await b.begin('k', 1)).kind).toBe('others')
    clock.ms += 1000
    expect((await a.begin('k', 1)).kind).toBe('others')
    const taken = await b.begin('k', 1)
    expect(taken.kind).toBe('ours')
    await end(taken)
    clock.ms += 10_000
    expect((await a.begin('k', 1)).kind).toBe('others')
  })

  it('is rendered whoever holds a lease once it was stale for three', async () => {
    const { instance, clock } = createFleet()
    const [a, b] = [instance(), instance()]
    await b.begin('k', 1)
    for (let renewals = 0; renewals < 3; renewals++) {
      await a.begin('k', renewals)
      clock.ms += 10_001
    }
    expect((await b.begin('k', 1)).kind).toBe('ours')
  })

  it('has a lease that is three times as long as its last render, whatever turns came to nothing since', async () => {
    const { instance, clock } = createFleet()
    const [a, b] = [instance(), instance()]
    const turn = await a.begin('k', 1)
    clock.ms += 9000
    await end(turn)
    const needless = await a.begin('k', 2)
    if (needless.kind === 'ours') await needless.leave()
    expect((await a.begin('k', 2)).kind).toBe('ours')
    clock.ms += 26_000
    expect((await b.begin('k', 2)).kind).toBe('others')
    clock.ms += 1001
    expect((await b.begin('k', 2)).kind).toBe('ours')
  })
})

it('leaves each instance to itself where the store has no conditions, or fails', async () => {
  const without = createFleet({ hasConditions: false })
  expect((await without.instance().begin('k', 1)).kind).toBe('ours')
  expect((await without.instance().begin('k', 1)).kind).toBe('ours')
  const failing = createFleet()
  failing.broken.is = true
  expect((await failing.instance().begin('k', 1)).kind).toBe('ours')
  expect((await failing.instance().begin('k', 1)).kind).toBe('ours')
})
