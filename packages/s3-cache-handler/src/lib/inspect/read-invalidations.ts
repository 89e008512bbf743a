import { ObjectStoreError } from '../object-store/object-store-error.ts'
import type { OpenCache } from '../open-cache.ts'

/** Reads what was invalidated. Rejects where that cannot be known: everything would look expired. */
export async function readInvalidations({
  cache: { tags },
  store,
  layout,
}: Pick<OpenCache, 'cache' | 'store' | 'layout'>): Promise<void> {
  await tags.refresh()
  if (tags.about({ tags: [], addresses: [] }).of === 'all') return
  // What failed was an event: where it still fails, this rejects with it.
  await store.list(layout.log, { limit: 1 })
  await store.get(layout.bell)
  throw new ObjectStoreError('ERR_OBJECT_STORE_FAILED', 'did not tell in time what was invalidated', {
    operation: 'list',
    key: layout.log,
  })
}
