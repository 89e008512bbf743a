import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { runs } from '../../test/property.ts'
import type { CacheEvent } from './cache-events.ts'
import { Cache } from './cache.ts'
import type { EntryId } from './entry-names.ts'
import { createLayout } from './keys/layout.ts'
import { createMemoryLayer } from './memory/memory-layer.ts'
import { intercept, type StoreCall } from './object-store/intercept.ts'
import { createMemoryObjectStore } from './object-store/memory-store.ts'
import type { ObjectStore } from './object-store/object-store.ts'
import { TagIndex } from './index/tag-index.ts'
import type { ReadResult, Seed } from './reads.ts'
import { systemRuntime } from './runtime.ts'
import { StoreClock } from './store-clock.ts'
import { tagSubject } from './tags/subjects.ts'
import { createTagView } from './tags/tag-view.ts'

const MB = 1024 * 1024
const id: EntryId = { kind: 'page', scope: { kind: 'deployment', id: 'd1' }, key: '/a' }

/** Instances on one store and one clock that moves only when told. */
function createFleet({ memoryMaxBytes = MB, pendingMaxBytes = MB, tagRefreshMs = 0 } = {}) {
  const clock = { now: 1_000_000 }
  const calls: StoreCall[] = []
  const broken = new Set<string>()
  const objects = createMemoryObjectStore({ maxBytes: 10 * MB })
  const store: ObjectStore = intercept(objects, async (call, run) => {
    calls.push(call)
    const isBroken = broken.has(call.operation) || broken.has(`${call.operation} ${call.key.slice(0, 9)}`)
    if (isBroken) throw new Error(`${call.operation} is broken`)
    return run()
  })
  const events: CacheEvent[] = []
  const runtime = { ...systemRuntime, wallMs: () => clock.now, monotonicMs: () => clock.now }
  const common = {
    store,
    layout: createLayout(''),
    emit: (event: CacheEvent) => void events.push(event),
    runtime,
    tagRefreshMs,
    timeoutMs: 1000,
  }
  const createInstance = (): Cache =>
    new Cache({
      ...common,
      memory: createMemoryLayer(memoryMaxBytes),
      tags: createTagView({ ...common, clock: new StoreClock(runtime) }),
      index: new TagIndex(store, common.layout),
      hasConditionalPut: async () => true,
      hasExpiryTags: async () => false,
      compressMinBytes: 1024,
      pendingMaxBytes,
      now: () => clock.now,
    })
  const count = (operation: string, folder = 'v1/entries/'): number =>
    calls.filter((call) => call.operation === operation && call.key.startsWith(folder)).length
  return { clock, objects, broken, events, count, a: createInstance(), b: createInstance() }
}

const entry = (value: unknown, revalidate: number | false = 10, expire?: number) => ({
  value,
  seen: 0,
  order: 0,
  tags: ['t'],
  lifetime: { revalidate, expire },
})

const valueOf = (result: ReadResult): unknown => (result.kind === 'found' ? result.entry.value : undefined)
const tierOf = (result: ReadResult): unknown => (result.event.name === 'hit' ? result.event.tier : result.event.name)
const freshnessOf = (result: ReadResult): unknown => (result.event.name === 'hit' ? result.event.freshness : undefined)

describe('a written entry', () => {
  it('is read at once, before its PUT, and by another instance after it', async () => {
    const { a, b } = createFleet({ tagRefreshMs: 1000 })
    await a.read(id)
    a.write(id, entry({ html: 'one' }))
    const atOnce = await a.read(id)
    expect([tierOf(atOnce), valueOf(atOnce)]).toEqual(['pending', { html: 'one' }])
    await a.drain(1000)
    const elsewhere = await b.read(id)
    expect([tierOf(elsewhere), valueOf(elsewhere)]).toEqual(['store', { html: 'one' }])
  })

  it('cannot be changed by who wrote it or by who reads it', async () => {
    const { a } = createFleet()
    const value = { headers: { a: '1' }, body: Buffer.from([1]) }
    a.write(id, entry(value))
    value.body[0] = 9
    for (let read = 0; read < 2; read++) {
      const result = valueOf(await a.read(id)) as typeof value
      expect(result).toEqual({ headers: { a: '1' }, body: Buffer.from([1]) })
      result.headers.a = 'changed'
      result.body[0] = 7
    }
  })

  it('costs no request while it is fresh in memory', async () => {
    const { a, count } = createFleet()
    a.write(id, entry('v'))
    await a.drain(1000)
    for (let read = 0; read < 1000; read++) expect(tierOf(await a.read(id))).toBe('memory')
    expect(count('get')).toBe(0)
  })

  it('is still served where it was written when its PUT failed', async () => {
    const { a, broken, events, clock } = createFleet()
    broken.add('put')
    a.write(id, entry('v', 1))
    await a.drain(1000)
    expect(events.map(({ name }) => name)).toContain('not-stored')
    clock.now += 5000
    const result = await a.read(id)
    expect([valueOf(result), freshnessOf(result)]).toEqual(['v', 'stale'])
  })

  it('that no queue has room for is reported and still served where it was written', async () => {
    const { a, events } = createFleet({ pendingMaxBytes: 100 })
    a.write(id, entry('x'.repeat(200)))
    expect(events).toMatchObject([{ name: 'not-stored', key: '/a' }])
    expect(tierOf(await a.read(id))).toBe('memory')
  })

  it('that no queue has room for is read before an older one that still waits', async () => {
    const { a } = createFleet({ pendingMaxBytes: 400 })
    a.write(id, entry('small'))
    a.write(id, entry('x'.repeat(500)))
    expect(valueOf(await a.read(id))).toBe('x'.repeat(500))
  })

  it('belongs to its deployment and its kind', async () => {
    const { a } = createFleet()
    a.write(id, entry('v'))
    expect((await a.read({ ...id, scope: { kind: 'deployment', id: 'd2' } })).kind).toBe('missing')
    expect((await a.read({ ...id, kind: 'data' })).kind).toBe('missing')
  })
})

describe('a stale entry', () => {
  it('is asked for in the store once, and found refreshed when another instance did so', async () => {
    const { a, b, clock, count } = createFleet()
    a.write(id, entry('old'))
    await a.drain(1000)
    await b.read(id)
    clock.now += 11_000
    a.write(id, entry('new'))
    await a.drain(1000)
    const before = count('get')
    const results = await Promise.all([b.read(id), b.read(id), b.read(id)])
    expect(results.map(valueOf)).toEqual(['new', 'new', 'new'])
    expect(results.map(freshnessOf)).toEqual(['fresh', 'fresh', 'fresh'])
    expect(count('get') - before).toBe(1)
  })

  it('is served stale when nobody refreshed it, and expired after expire, never dropped in between', async () => {
    const { a, b, clock } = createFleet()
    a.write(id, entry('v', 10, 60))
    await a.drain(1000)
    clock.now += 10_001
    for (const instance of [a, b]) expect(freshnessOf(await instance.read(id))).toBe('stale')
    clock.now += 49_999
    for (const instance of [a, b]) expect(freshnessOf(await instance.read(id))).toBe('stale')
    clock.now += 1
    for (const instance of [a, b]) expect(freshnessOf(await instance.read(id))).toBe('expired')
  })

  it('is served from memory when the store fails', async () => {
    const { a, clock, broken } = createFleet()
    a.write(id, entry('v'))
    await a.drain(1000)
    clock.now += 11_000
    broken.add('get')
    const result = await a.read(id)
    expect([valueOf(result), freshnessOf(result), tierOf(result)]).toEqual(['v', 'stale', 'memory'])
  })

  it('is asked for again after a second at the earliest, while nobody refreshes it', async () => {
    const { a, clock, count } = createFleet()
    a.write(id, entry('v'))
    await a.drain(1000)
    clock.now += 11_000
    for (let read = 0; read < 50; read++) expect(freshnessOf(await a.read(id))).toBe('stale')
    expect(count('get')).toBe(1)
    clock.now += 1000
    await a.read(id)
    expect(count('get')).toBe(2)
  })

  it('outlives a damaged object in the store', async () => {
    const { a, clock, objects } = createFleet()
    a.write(id, entry('v'))
    await a.drain(1000)
    clock.now += 11_000
    await objects.put((await objects.list('v1/entries/')).objects[0]?.key ?? '', Buffer.alloc(0))
    expect([valueOf(await a.read(id)), freshnessOf(await a.read(id))]).toEqual(['v', 'stale'])
  })

  it('is a miss once its object is gone', async () => {
    const { a, clock, objects } = createFleet()
    a.write(id, entry('v'))
    await a.drain(1000)
    const { objects: listed } = await objects.list('v1/entries/')
    await objects.deleteMany(listed.map(({ key }) => key))
    expect(tierOf(await a.read(id))).toBe('memory')
    clock.now += 11_000
    expect((await a.read(id)).event).toMatchObject({ name: 'miss', reason: 'absent' })
  })
})

describe('a read', () => {
  it('tells how long it took, whatever it found', async () => {
    const { a, b, objects } = createFleet()
    a.write(id, entry('v'))
    await a.drain(1000)
    const get = objects.get.bind(objects)
    vi.spyOn(objects, 'get').mockImplementation(async (...call) => {
      await sleep(30)
      return await get(...call)
    })
    const durationOf = async (key: string): Promise<number> => (await b.read({ ...id, key })).event.durationMs
    // A timer may be a moment early.
    expect(await durationOf('/none')).toBeGreaterThan(25)
    expect(await durationOf(id.key)).toBeGreaterThan(25)
  })
})

describe('a miss', () => {
  it('says whether nothing is there, the store failed or a tag was invalidated', async () => {
    const { a, b, broken } = createFleet()
    expect((await a.read(id)).event).toMatchObject({ name: 'miss', reason: 'absent' })
    a.write(id, entry('v'))
    await a.drain(1000)
    await a.invalidate([tagSubject('t')])
    expect((await a.read(id)).event).toMatchObject({ name: 'miss', reason: 'invalidated' })
    broken.add('get')
    expect((await b.read(id)).event).toMatchObject({ name: 'miss', reason: 'failed' })
  })

  it('is what an object that cannot be read is, with an event', async () => {
    const { a, b, objects, events } = createFleet()
    a.write(id, entry('v'))
    await a.drain(1000)
    const objectKey = (await objects.list('v1/entries/')).objects[0]?.key ?? ''
    await objects.put(objectKey, Buffer.from('garbage'))
    expect((await b.read(id)).event).toMatchObject({ name: 'miss', reason: 'failed' })
    expect(events).toContainEqual({ name: 'corrupt', objectKey, reason: 'truncated to 7 bytes' })
  })
})

describe('an invalidated tag', () => {
  const tag = [tagSubject('t')]

  it('makes the entry stale softly, gone hard, and fresh again only by a render that began after it, on all instances', async () => {
    const { a, b } = createFleet()
    a.write(id, { ...entry('old'), ...a.tags.begin() })
    await a.drain(1000)
    expect(valueOf(await b.read(id))).toBe('old')
    const before = { a: a.tags.begin(), b: b.tags.begin() }
    await a.invalidate(tag, 60)
    for (const instance of [a, b]) expect(freshnessOf(await instance.read(id))).toBe('stale')
    await a.invalidate(tag)
    for (const instance of [a, b]) expect((await instance.read(id)).kind).toBe('missing')
    a.write(id, { ...entry('began before'), ...before.a })
    b.write(id, { ...entry('began before'), ...before.b })
    for (const instance of [a, b]) expect((await instance.read(id)).kind).toBe('missing')
    b.write(id, { ...entry('began after'), ...b.tags.begin() })
    await b.drain(1000)
    for (const instance of [a, b]) expect(valueOf(await instance.read(id))).toBe('began after')
  })

  it('holds where it was invalidated from the call on, before it is stored', async () => {
    const { a, broken } = createFleet()
    a.write(id, { ...entry('old'), ...a.tags.begin() })
    await a.drain(1000)
    broken.add('list')
    const isAcknowledged = a.tags.invalidate(tag)
    expect((await a.read(id)).kind).toBe('missing')
    a.write(id, { ...entry('new'), ...a.tags.begin() })
    expect(valueOf(await a.read(id))).toBe('new')
    broken.clear()
    expect(await isAcknowledged).toBe(true)
    await a.drain(1000)
    expect(a.tags.pending).toBe(0)
  })

  it('takes no entry that was rendered after it, nor any without the tag', async () => {
    const { a, b } = createFleet()
    a.write(id, { ...entry('other tag'), tags: ['other'], ...a.tags.begin() })
    await a.drain(1000)
    await b.invalidate(tag)
    expect(freshnessOf(await a.read(id))).toBe('fresh')
  })

  it('does not write what a render made that it overtook', async () => {
    const { a, count, events } = createFleet()
    await a.read(id)
    const before = a.tags.begin()
    await a.invalidate(tag)
    a.write(id, { ...entry('overtaken'), ...before })
    await a.drain(1000)
    expect(count('put')).toBe(0)
    expect(events).toContainEqual({ name: 'discarded', kind: 'page', key: '/a' })
  })

  it('does not write what it overtook while it waited', async () => {
    const { a, count, events } = createFleet()
    await a.read(id)
    a.write(id, entry('under way'))
    a.write(id, entry('waiting'))
    const invalidated = a.invalidate(tag)
    await a.drain(1000)
    await invalidated
    expect(count('put')).toBe(1)
    expect(events).toContainEqual({ name: 'discarded', kind: 'page', key: '/a' })
  })
})

describe('the tag index', () => {
  const tagged = (value: string, tags: readonly string[]) => ({ ...entry(value), tags })
  const indexed = ['1', '2', '3', '4', '5']
  const all = [...indexed, '_N_T_/layout', '_N_T_/a']
  const puts = ({ count }: ReturnType<typeof createFleet>): number[] => [count('put'), count('put', 'v1/index/')]

  it('costs one PUT a tag when an entry is first written, and none when it is rendered anew with the same tags', async () => {
    const fleet = createFleet()
    fleet.a.write(id, tagged('one', all))
    await fleet.a.drain(1000)
    expect(puts(fleet)).toEqual([1, 5])
    fleet.a.write(id, tagged('two', all))
    await fleet.a.drain(1000)
    expect(puts(fleet)).toEqual([2, 5])
  })

  it('costs none on an instance that has only read the entry, with and without memory', async () => {
    for (const memoryMaxBytes of [0, MB]) {
      const fleet = createFleet({ memoryMaxBytes })
      fleet.a.write(id, tagged('one', all))
      await fleet.a.drain(1000)
      await fleet.b.read(id)
      fleet.b.write(id, tagged('two', all))
      await fleet.b.drain(1000)
      expect(puts(fleet)).toEqual([2, 5])
    }
  })

  it('follows a render that carries other tags', async () => {
    const fleet = createFleet()
    fleet.a.write(id, tagged('one', ['1', '2']))
    await fleet.a.drain(1000)
    fleet.a.write(id, tagged('two', ['2', '3']))
    await fleet.a.drain(1000)
    const { objects } = await fleet.objects.list('v1/index/')
    expect(objects.map(({ key, size }) => [key, size])).toEqual([
      ['v1/index/2/d1/page/%2Fa', 0],
      ['v1/index/3/d1/page/%2Fa', 0],
    ])
  })

  it('is written anew when the entry was deleted meanwhile, and when it could not be written before', async () => {
    const fleet = createFleet()
    fleet.a.write(id, tagged('one', ['1']))
    await fleet.a.drain(1000)
    for (const folder of ['v1/entries/', 'v1/index/']) {
      await fleet.objects.deleteMany((await fleet.objects.list(folder)).objects.map(({ key }) => key))
    }
    fleet.clock.now += 20_000
    expect((await fleet.a.read(id)).kind).toBe('missing')
    fleet.broken.add('put v1/index/')
    fleet.a.write(id, tagged('two', ['1']))
    await fleet.a.drain(1000)
    expect((await fleet.objects.list('v1/index/')).objects).toHaveLength(0)
    fleet.broken.clear()
    expect(valueOf(await fleet.b.read(id))).toBe('two')
    fleet.b.write(id, tagged('three', ['1']))
    await fleet.b.drain(1000)
    expect((await fleet.objects.list('v1/index/')).objects).toHaveLength(1)
  })

  it('that cannot be written keeps no entry from being written', async () => {
    const { a, b, broken, events } = createFleet()
    broken.add('put v1/index/')
    a.write(id, tagged('one', ['1']))
    await a.drain(1000)
    expect(events).toContainEqual({ name: 'not-indexed', kind: 'page', key: '/a', error: new Error('put is broken') })
    expect(valueOf(await b.read(id))).toBe('one')
  })
})

it('always answers with the last value written by an instance, or a later one, however reads and writes interleave', async () => {
  const step = fc.record({
    instance: fc.constantFrom('a' as const, 'b' as const),
    act: fc.constantFrom('read', 'write', 'wait'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.constantFrom(0, MB), async (steps, memoryMaxBytes) => {
      const fleet = createFleet({ memoryMaxBytes })
      let written = 0
      const atLeast = { a: 0, b: 0 }
      for (const { instance, act } of steps) {
        fleet.clock.now += 1
        if (act === 'wait') await sleep(0)
        // Every write is a later render than all before it, so nobody may go back.
        if (act === 'write') {
          // Two instances' PUTs to one key may pass each other, which is for invalidations to judge.
          await fleet[instance === 'a' ? 'b' : 'a'].drain(1000)
          atLeast[instance] = ++written
          fleet[instance].write(id, { ...entry(written), seen: written })
        }
        if (act === 'read') {
          const value = Number(valueOf(await fleet[instance].read(id)) ?? 0)
          expect(value).toBeGreaterThanOrEqual(atLeast[instance])
          atLeast[instance] = value
        }
      }
    }),
    runs(300),
  )
})

it('copies what it is given, unless that is nobody else’s, and always what it gives', async () => {
  const { a } = createFleet()
  for (const [isOwn, kept] of [
    [false, 'before'],
    [true, 'after!'],
  ] as const) {
    const bytes = Buffer.from('before')
    a.write(id, { ...entry({ bytes }), isOwn })
    bytes.write('after!')
    const given = valueOf(await a.read(id)) as { readonly bytes: Buffer }
    expect(String(given.bytes)).toBe(kept)
    given.bytes.write('??????')
    expect(valueOf(await a.read(id))).toEqual({ bytes: Buffer.from(kept) })
  }
})

it('lets a copy that was invalidated give way to a render that knows less, but is valid', async () => {
  const { a, b, count } = createFleet()
  a.write(id, { ...entry('old'), seen: 1e15, known: [] })
  await a.drain(1000)
  expect(valueOf(await b.read(id))).toBe('old')
  await b.invalidate([tagSubject('t')])
  expect((await b.read(id)).kind).toBe('missing')
  const start = b.tags.begin()
  expect(start.seen).toBeLessThan(1e15)
  b.write(id, { ...entry('new'), ...b.knowledgeOf(id, start, { tags: ['t'], softTags: [] }) })
  for (let read = 0; read < 3; read++) expect(valueOf(await b.read(id))).toBe('new')
  expect(count('put')).toBe(2)
})

it('does not write what a render made that knew less over what is on its way, where both are as fresh', async () => {
  const { a, b } = createFleet()
  a.write(id, { ...entry('knew more'), seen: 2 })
  a.write(id, { ...entry('knew less'), seen: 1 })
  await a.drain(1000)
  expect(valueOf(await b.read(id))).toBe('knew more')
})

it('lets a stale copy from one that knows more give way to what is rendered here, and to what is stored', async () => {
  const { a, b, clock } = createFleet()
  a.write(id, { ...entry('old'), seen: 1e15 })
  await a.drain(1000)
  expect(valueOf(await b.read(id))).toBe('old')
  clock.now += 11_000
  expect(freshnessOf(await b.read(id))).toBe('stale')
  b.write(id, { ...entry('new'), ...b.tags.begin() })
  for (let read = 0; read < 2; read++) {
    const result = await b.read(id)
    expect([valueOf(result), freshnessOf(result)]).toEqual(['new', 'fresh'])
    await b.drain(1000)
  }
  // A, whose own copy is stale and knows more, takes it over.
  expect(valueOf(await a.read(id))).toBe('new')
})

describe('a seed', () => {
  const seedOf = (value: unknown, seen = 999_000): (() => Promise<Seed>) =>
    vi.fn(async () => ({ value, seen, tags: ['t'], lifetime: { revalidate: false as const }, lastModified: 990_000 }))

  it('stands in where the store has nothing, for all who ask at once, and is stored then', async () => {
    const { a, b, count } = createFleet()
    const seed = seedOf('built')
    const reads = await Promise.all([a.read(id, { seed }), a.read(id, { seed })])
    expect(reads.map(valueOf)).toEqual(['built', 'built'])
    expect([tierOf(reads[0]), vi.mocked(seed).mock.calls.length]).toEqual(['build', 1])
    expect(reads[0]).toMatchObject({ entry: { lastModified: 990_000 } })
    await a.drain(1000)
    expect([tierOf(await b.read(id, { seed: seedOf('another') })), count('put')]).toEqual(['store', 1])
  })

  it('does not replace what another instance has stored meanwhile', async () => {
    const { a, b } = createFleet()
    const seed = async (): Promise<Seed> => {
      b.write(id, entry('rendered'))
      await b.drain(1000)
      return await seedOf('built')()
    }
    expect(valueOf(await a.read(id, { seed }))).toBe('built')
    await a.drain(1000)
    expect(valueOf(await a.read(id))).toBe('rendered')
    expect(valueOf(await b.read(id))).toBe('rendered')
  })

  it('is outranked by every event that it cannot know of', async () => {
    const { a, b } = createFleet()
    await b.invalidate([tagSubject('t')])
    expect(valueOf(await a.read(id, { seed: seedOf('built') }))).toBeUndefined()
    expect(valueOf(await a.read(id, { seed: seedOf('built', 1_000_000) }))).toBe('built')
  })

  it('is given while the store fails, once the log was read, and is not stored', async () => {
    const { a, b, broken, count } = createFleet({ tagRefreshMs: 60_000 })
    await a.read({ ...id, key: '/other' })
    broken.add('get')
    expect(valueOf(await a.read(id, { seed: seedOf('built') }))).toBe('built')
    expect(valueOf(await b.read(id, { seed: seedOf('built') }))).toBeUndefined()
    await a.drain(1000)
    expect(count('put')).toBe(0)
  })
})
