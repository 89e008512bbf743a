import { describe, expect, it } from 'vitest'
import { createMemoryObjectStore } from '../object-store/memory-store.ts'
import { openDataCache } from './open-data-cache.ts'

/** The tags of what functions of these namespaces and names make. */
async function tagsOf(...functions: [namespaces: string[], name: string][]): Promise<string[]> {
  const root = openDataCache({ store: createMemoryObjectStore({ maxBytes: 1e8 }), logger: null, log: 'silent' }, {})
  const tags = functions.map(async ([namespaces, name]) => {
    const cache = namespaces.reduce((outer, inner) => outer.namespace(inner), root)
    const memoized = cache.memoize(() => 1, { name })
    await memoized()
    const entry = await cache.getEntry(memoized.keyFor())
    return entry?.tags.join(' ') ?? 'no entry'
  })
  return await Promise.all(tags)
}

describe('the tag of a memoized function', () => {
  it('is its name, after that of its namespace', async () => {
    expect(await tagsOf([[], 'posts'], [[], 'blog/posts.all'], [['a'], 'posts'])).toEqual([
      'fn:posts',
      'fn:blog/posts.all',
      'fn:=a/posts',
    ])
  })

  it('is no other function’s', async () => {
    const tags = await tagsOf(
      [[], '=a/x'],
      [['a'], 'x'],
      [[], '$=a/x'],
      [['a'], '=b/x'],
      [['a', 'b'], 'x'],
      [['a/=b'], 'x'],
      [[], 'é'],
      [[], '%C3%A9'],
    )
    expect(new Set(tags).size).toBe(tags.length)
  })
})
