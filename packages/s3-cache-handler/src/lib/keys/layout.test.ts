import { expect, it } from 'vitest'
import { createLayout, MAX_PREFIX_BYTES } from './layout.ts'

it('gives every kind, scope and key its own object', () => {
  const layout = createLayout('cache_')
  const own = { kind: 'deployment', id: 'dpl-77' } as const
  expect(layout.entry('page', own, '/a')).toBe('cache_v1/entries/dpl-77/page/%2Fa')
  expect(layout.entry('fetch', { kind: 'shared' }, 'ab')).toBe('cache_v1/entries/~shared/fetch/ab')
  expect(layout.index('news', 'page', own, '/a')).toBe('cache_v1/index/news/dpl-77/page/%2Fa')
  expect(layout.bell).toBe('cache_v1/tags/bell')
})

it('keeps a deployment that is called "~shared" apart from what deployments share', () => {
  const layout = createLayout('')
  expect(layout.entry('fetch', { kind: 'deployment', id: '~shared' }, 'k')).toBe('v1/entries/%7Eshared/fetch/k')
})

it('stays within the 1,024 bytes of an S3 key with the longest prefix, tag, deployment and key', () => {
  const layout = createLayout('p'.repeat(MAX_PREFIX_BYTES))
  const scope = { kind: 'deployment', id: 'é'.repeat(500) } as const
  const longest = layout.index('東'.repeat(256), 'use-cache', scope, '京'.repeat(5000))
  expect(Buffer.byteLength(longest)).toBeLessThanOrEqual(1024)
})
