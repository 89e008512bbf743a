import { expect, it } from 'vitest'
import { addressesOf, addressPrefix, createLayout, generationOf, MAX_PREFIX_BYTES } from './layout.ts'

it('gives every kind, scope and key its own object', () => {
  const layout = createLayout('cache_')
  const own = { kind: 'deployment', id: 'dpl-77' } as const
  expect(layout.entry('page', own, '/a')).toBe('cache_v1/entries/dpl-77/page/%2Fa')
  expect(layout.entry('fetch', { kind: 'shared' }, 'ab')).toBe('cache_v1/entries/~shared/fetch/ab')
  expect(layout.index('news', layout.entry('page', own, '/a'))).toBe('cache_v1/index/news/dpl-77/page/%2Fa')
  expect(layout.bell).toBe('cache_v1/tags/bell')
})

it('keeps a deployment that is called "~shared" apart from what deployments share', () => {
  const layout = createLayout('')
  expect(layout.entry('fetch', { kind: 'deployment', id: '~shared' }, 'k')).toBe('v1/entries/%7Eshared/fetch/k')
})

it('stays within the 1,024 bytes of an S3 key with the longest prefix, tag, deployment and key', () => {
  const layout = createLayout('p'.repeat(MAX_PREFIX_BYTES))
  const scope = { kind: 'deployment', id: 'é'.repeat(500) } as const
  const longest = layout.index('東'.repeat(256), layout.entry('use-cache', scope, '京'.repeat(5000)))
  expect(Buffer.byteLength(longest)).toBeLessThanOrEqual(1024)
})

it('lists what it names: entries of a scope and kind, index objects of a tag, the log by generation', () => {
  const layout = createLayout('cache_')
  const own = { kind: 'deployment', id: 'd1' } as const
  const entryKey = layout.entry('page', own, '/a/b')
  expect(entryKey.startsWith(layout.entries(own, 'page'))).toBe(true)
  expect(entryKey.startsWith(layout.entries(own))).toBe(true)
  expect(entryKey.startsWith(layout.entries('all'))).toBe(true)
  expect(entryKey.startsWith(layout.entries({ kind: 'deployment', id: 'd' }))).toBe(false)
  const indexKey = layout.index('a/b', entryKey)
  expect(indexKey.startsWith(layout.indexes('a/b'))).toBe(true)
  expect(indexKey.startsWith(layout.indexes('a'))).toBe(false)
  expect(layout.entryOfIndex(indexKey)).toBe(entryKey)
  expect(layout.partsOf(entryKey)).toEqual({ scope: 'd1', kind: 'page', encodedKey: '%2Fa/b' })
  expect(generationOf(layout, layout.logObject(12, 'x'))).toBe(12)
  expect(layout.logObject(9, 'z') < layout.logObject(10, 'a')).toBe(true)
})

it('names a deployment in deploys/ as its folder in entries/, and takes nothing else there for one', () => {
  const layout = createLayout('cache_')
  for (const id of ['d1', 'a/b', '~shared', '', '..', 'é'.repeat(500)]) {
    const key = layout.deploy(id)
    expect(key.startsWith(layout.deploys)).toBe(true)
    const { scope } = layout.partsOf(layout.entry('page', { kind: 'deployment', id }, '/a'))
    expect(layout.scopeOfDeploy(key)).toBe(scope)
  }
  for (const name of ['', '~shared', 'a/b', 'a/']) expect(layout.scopeOfDeploy(layout.deploys + name)).toBeUndefined()
})

it('calls an entry in events by its own address and by one that it shares with its likes in other deployments', () => {
  const own = { kind: 'deployment', id: 'd1' } as const
  expect(addressesOf('page', own, '/a')).toEqual(['d1/page//a', '~all/page//a'])
  expect(addressPrefix(own, 'page', '/a')).toBe('d1/page//a')
})
