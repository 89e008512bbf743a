import { describe, expect, it } from 'vitest'
import { type Entry, isOlder } from '../entry.ts'
import { createMemoryLayer } from './memory-layer.ts'

const entry = (value: unknown, { seen = 0, lastModified = 0 } = {}): Entry => ({
  kind: 'page',
  key: '/',
  value,
  lastModified,
  seen,
  tags: [],
})

const MEGABYTE = 1024 * 1024

it('gives back what it keeps, and nothing for what it does not', () => {
  const memory = createMemoryLayer(MEGABYTE)
  const copy = { entry: entry('x'), etag: '"1"' }
  memory.set('k', copy)
  expect(memory.get('k')).toBe(copy)
  expect(memory.get('none')).toBeUndefined()
})

it('holds no more bytes than it may, however many entries come', () => {
  const memory = createMemoryLayer(MEGABYTE)
  for (let index = 0; index < 50; index++)
    memory.set(String(index), { entry: entry(Buffer.alloc(100_000)), etag: undefined })
  const kept = Array.from({ length: 50 }, (_, index) => memory.get(String(index))).filter(Boolean)
  expect(memory.bytes).toBeLessThanOrEqual(MEGABYTE)
  expect(memory.bytes).toBeGreaterThanOrEqual(kept.length * 100_000)
  expect(kept.length).toBe(10)
})

it('drops first what was least recently read', () => {
  const memory = createMemoryLayer(MEGABYTE)
  memory.set('a', { entry: entry(Buffer.alloc(400_000)), etag: undefined })
  memory.set('b', { entry: entry(Buffer.alloc(400_000)), etag: undefined })
  memory.get('a')
  memory.set('c', { entry: entry(Buffer.alloc(400_000)), etag: undefined })
  expect(memory.get('b')).toBeUndefined()
  expect(memory.get('a')).toBeDefined()
})

it('keeps neither an entry that is too large nor the older one that it replaces', () => {
  const memory = createMemoryLayer(1000)
  memory.set('k', { entry: entry('small'), etag: undefined })
  memory.set('k', { entry: entry(Buffer.alloc(2000)), etag: undefined })
  expect(memory.get('k')).toBeUndefined()
  expect(memory.bytes).toBe(0)
})

it('does not replace an entry by an older one, as a slow GET may bring', () => {
  const memory = createMemoryLayer(MEGABYTE)
  const newer = { entry: entry('newer', { seen: 2 }), etag: '"2"' }
  memory.set('k', newer)
  memory.set('k', { entry: entry('older', { seen: 1, lastModified: 9 }), etag: '"1"' })
  expect(memory.get('k')).toBe(newer)
  const newest = { entry: entry('newest', { seen: 3 }), etag: '"3"' }
  memory.set('k', newest)
  expect(memory.get('k')).toBe(newest)
})

it('takes the ETag of an entry that it has, once it is known', () => {
  const memory = createMemoryLayer(MEGABYTE)
  const same = entry('x')
  memory.set('k', { entry: same, etag: undefined })
  memory.set('k', { entry: same, etag: '"1"' })
  expect(memory.get('k')?.etag).toBe('"1"')
})

it('forgets an entry only while it is still that one', () => {
  const memory = createMemoryLayer(MEGABYTE)
  const older = entry('older')
  const newer = entry('newer', { seen: 1 })
  memory.set('k', { entry: newer, etag: undefined })
  memory.delete('k', older)
  expect(memory.get('k')?.entry).toBe(newer)
  memory.delete('k', newer)
  expect(memory.get('k')).toBeUndefined()
  expect(memory.bytes).toBe(0)
})

it('keeps nothing when it may hold no bytes', () => {
  const memory = createMemoryLayer(0)
  memory.set('k', { entry: entry('x'), etag: undefined })
  expect(memory.get('k')).toBeUndefined()
  expect(memory.bytes).toBe(0)
})

describe('isOlder', () => {
  it('goes by what the render knew, then by age', () => {
    const base = entry('x', { seen: 5, lastModified: 5 })
    expect(isOlder(entry('x', { seen: 4, lastModified: 9 }), base)).toBe(true)
    expect(isOlder(entry('x', { seen: 6, lastModified: 1 }), base)).toBe(false)
    expect(isOlder(entry('x', { seen: 5, lastModified: 4 }), base)).toBe(true)
    expect(isOlder(entry('x', { seen: 5, lastModified: 5 }), base)).toBe(false)
    expect(isOlder(entry('x', { seen: 5, lastModified: 6 }), base)).toBe(false)
  })
})
