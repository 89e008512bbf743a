import { isRefusal } from './capabilities.ts'
import type { ObjectStore, ObjectSummary } from './object-store.ts'

/** Deletes an object unless it was replaced since it was looked at; on a store without conditions, in any case. */
export async function deleteIfSame(
  store: ObjectStore,
  { key, etag }: Pick<ObjectSummary, 'key' | 'etag'>,
): Promise<boolean> {
  try {
    return await store.delete(key, { ifMatch: etag })
  } catch (error) {
    if (isRefusal(error)) return await store.delete(key)
    throw error
  }
}
