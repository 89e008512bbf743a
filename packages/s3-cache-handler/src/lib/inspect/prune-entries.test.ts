import { expect, it } from 'vitest'
import { encodeObject } from '../codec/object-codec.ts'
import type { Entry } from '../entry.ts'
import { createLayout } from '../keys/layout.ts'
import { createMemoryObjectStore } from '../object-store/memory-store.ts'
import { pruneEntries } from './prune-entries.ts'

it('leaves what was replaced since it was looked at', async () => {
  const store = createMemoryObjectStore({ maxBytes: 1e6 })
  const layout = createLayout('')
  const put = async (lastModified: number): Promise<unknown> => {
    const lifetime = { revalidate: 1, expire: 1 }
    const entry: Entry = { kind: 'data', key: 'k', value: 1, lastModified, seen: 0, tags: [], lifetime }
    const { body, ...options } = await encodeObject(entry, { compressMinBytes: 1e6 })
    return await store.put(layout.entry('data', { kind: 'shared' }, 'k'), body, options)
  }
  await put(0)
  const replaced = {
    ...store,
    get: async (key: string) => {
      const found = await store.get(key)
      await put(Date.now())
      return found
    },
  }
  const nothing = { stored: [], onTheirWay: [], of: 'all' } as const
  const tags = { about: () => nothing }
  const cache = { now: Date.now, tags } as unknown as Parameters<typeof pruneEntries>[0]['cache']
  const options = { invalidated: false, dryRun: false, onProgress: () => {} }
  expect(await pruneEntries({ store: replaced, layout, cache }, {}, options)).toMatchObject({ found: 1, deleted: 0 })
  expect((await store.list('')).objects).toHaveLength(1)
  await put(0)
  expect(await pruneEntries({ store, layout, cache }, {}, options)).toMatchObject({ found: 1, deleted: 1 })
})
