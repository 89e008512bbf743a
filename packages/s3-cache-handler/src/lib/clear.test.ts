import { describe, expect, it } from 'vitest'
import type { CacheEvent } from './cache-events.ts'
import { clearEntries, type ClearSelection } from './clear.ts'
import { encodeEntry } from './codec/entry-codec.ts'
import { encodeObject } from './codec/object-codec.ts'
import { TagIndex } from './index/tag-index.ts'
import { createLayout } from './keys/layout.ts'
import { intercept } from './object-store/intercept.ts'
import { createMemoryObjectStore } from './object-store/memory-store.ts'
import type { ObjectStore } from './object-store/object-store.ts'

const layout = createLayout('')
const scope = { kind: 'deployment', id: 'd1' } as const
const all = { by: 'prefix', prefixes: [layout.entries(scope)], isSelected: () => true } as const
const some: ClearSelection = { ...all, isSelected: (entryKey) => entryKey.includes('/some') }

/** A store with entries of these keys, each with the tags `t` and its own key, and their index objects. */
async function filled(keys: readonly string[]) {
  const objects = createMemoryObjectStore({ maxBytes: 2 ** 30 })
  const counts = new Map<string, number>()
  const store = intercept(objects, (call, run) => {
    counts.set(call.operation, (counts.get(call.operation) ?? 0) + 1)
    return run()
  })
  for (const key of keys) {
    const tags = ['t', '_N_T_/x', key]
    const entry = { kind: 'page', key, value: null, lastModified: 0, seen: 0, tags } as const
    const entryKey = layout.entry('page', scope, key)
    await objects.put(entryKey, await encodeEntry(entry, { compressMinBytes: Infinity }))
    for (const tag of ['t', key]) await objects.put(layout.index(tag, entryKey), Buffer.alloc(0))
  }
  const events: CacheEvent[] = []
  const parts = {
    store,
    layout,
    index: new TagIndex(store, layout),
    emit: (event: CacheEvent) => void events.push(event),
    now: () => Date.now(),
  }
  const left = async (): Promise<string[]> => (await objects.list('')).objects.map(({ key }) => key)
  return { objects, counts, parts, events, left }
}

it('deletes what is selected with its index objects, by as many reads as there are entries', async () => {
  const { parts, left, counts, events } = await filled(['some/a', 'some/b', 'other'])
  expect(await clearEntries(parts, some)).toBe(2)
  expect(await left()).toEqual(['v1/entries/d1/page/other', 'v1/index/other/d1/page/other', 'v1/index/t/d1/page/other'])
  expect(Object.fromEntries(counts)).toEqual({ list: 1, get: 2, deleteMany: 1 })
  expect(events).toEqual([{ name: 'cleared', deleted: 2 }])
})

it('of more than a hundred lists the whole index once instead', async () => {
  const keys = Array.from({ length: 1500 }, (_, index) => `some/${String(index).padStart(4, '0')}`)
  const { parts, left, counts } = await filled([...keys, 'other'])
  expect(await clearEntries(parts, some)).toBe(1500)
  expect(await left()).toHaveLength(3)
  // Two pages of entries, and those of their 3,000 index objects, which are gone page by page.
  expect(counts.get('list')).toBeLessThanOrEqual(2 + 4)
  expect(counts.get('get')).toBeUndefined()
})

it('by tag skips index objects without an entry, and removes those that are old', async () => {
  const { parts, left, objects } = await filled(['some/a'])
  await objects.put('v1/index/t/d1/page/gone', Buffer.alloc(0))
  const byTag: ClearSelection = { by: 'tag', tag: 't', isSelected: () => true }
  expect(await clearEntries(parts, byTag)).toBe(1)
  expect(await left()).toEqual(['v1/index/t/d1/page/gone'])
  const later = { ...parts, now: () => Date.now() + 3_600_001 }
  expect(await clearEntries(later, byTag)).toBe(0)
  expect(await left()).toEqual([])
})

it('by tag leaves an entry that carries the tag no more, and removes what says so', async () => {
  const { parts, left, objects } = await filled(['some/a'])
  await objects.put('v1/index/gone/d1/page/some/a', Buffer.alloc(0))
  const later = { ...parts, now: () => Date.now() + 3_600_001 }
  expect(await clearEntries(later, { by: 'tag', tag: 'gone', isSelected: () => true })).toBe(0)
  expect(await left()).toEqual([
    'v1/entries/d1/page/some/a',
    'v1/index/some%2Fa/d1/page/some/a',
    'v1/index/t/d1/page/some/a',
  ])
})

describe('of large entries', () => {
  const large = Buffer.alloc(5 * 1024 * 1024, 'l')
  const putLarge = async (objects: ObjectStore, name: string, value: object): Promise<void> => {
    const entry = { kind: 'data', key: name, value, lastModified: 0, seen: 0, tags: ['t', name] } as const
    const { body, ...options } = await encodeObject(entry, { compressMinBytes: Infinity })
    const entryKey = layout.entry('data', scope, name)
    await objects.put(entryKey, body, options)
    for (const tag of entry.tags) await objects.put(layout.index(tag, entryKey), Buffer.alloc(0))
  }
  const byTag = { by: 'tag', tag: 't', isSelected: () => true } as const

  it.each([
    ['prefix', all, { list: 1, head: 1, deleteMany: 1 }],
    ['tag', byTag, { list: 1, head: 1, deleteMany: 1 }],
  ] as const)('by %s reads nothing of what is stored as it is', async (_by, selection, asked) => {
    const { parts, objects, left, counts } = await filled([])
    await putLarge(objects, 'raw', { raw: large, contentType: 'text/plain' })
    expect(await clearEntries(parts, selection)).toBe(1)
    expect(await left()).toEqual([])
    expect(Object.fromEntries(counts)).toEqual(asked)
  })

  it('by tag reads none of them, and finds their other index objects by listing', async () => {
    const { parts, objects, left, counts } = await filled(['other'])
    await putLarge(objects, 'framed', { text: large.toString() })
    const isSelected = (entryKey: string): boolean => entryKey.includes('/framed')
    expect(await clearEntries(parts, { ...byTag, isSelected })).toBe(1)
    expect((await left()).filter((key) => key.includes('framed'))).toEqual([])
    expect(await left()).toHaveLength(3)
    expect(counts.get('get')).toBeUndefined()
  })

  it('by prefix reads none of them, and finds their index objects by listing', async () => {
    const { parts, objects, left, counts } = await filled(['other'])
    await putLarge(objects, 'framed', { text: large.toString() })
    const isSelected = (entryKey: string): boolean => entryKey.includes('/framed')
    expect(await clearEntries(parts, { ...all, isSelected })).toBe(1)
    expect((await left()).filter((key) => key.includes('framed'))).toEqual([])
    expect(await left()).toHaveLength(3)
    expect(counts.get('get')).toBeUndefined()
  })
})

it('of one whose tags are known asks for nothing', async () => {
  const { parts, left, counts } = await filled(['some/a', 'some/b'])
  const entryKey = layout.entry('page', scope, 'some/a')
  expect(await clearEntries(parts, { by: 'entry', entryKey, tags: ['t', '_N_T_/x', 'some/a'] })).toBe(1)
  expect(await left()).toEqual([
    'v1/entries/d1/page/some/b',
    'v1/index/some%2Fb/d1/page/some/b',
    'v1/index/t/d1/page/some/b',
  ])
  expect(Object.fromEntries(counts)).toEqual({ deleteMany: 1 })
})

it('makes an instance write the index objects anew', async () => {
  const { parts, left } = await filled(['some/a'])
  const entryKey = layout.entry('page', scope, 'some/a')
  parts.index.remember(entryKey, ['t'])
  await clearEntries(parts, some)
  await parts.index.add(entryKey, ['t'])
  expect(await left()).toEqual(['v1/index/t/d1/page/some/a'])
})

it('says how many objects it could not delete, and why', async () => {
  const { parts } = await filled(['some/a'])
  const store = {
    ...parts.store,
    deleteMany: async (keys: readonly string[]) => ({ failed: keys.map((key) => ({ key, reason: 'AccessDenied' })) }),
  }
  await expect(clearEntries({ ...parts, store }, all)).rejects.toMatchObject({
    code: 'ERR_INCOMPLETE_CLEAR',
    left: 3,
    message: expect.stringContaining('"v1/entries/d1/page/some/a": AccessDenied'),
  })
})
