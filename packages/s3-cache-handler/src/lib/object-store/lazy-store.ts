import { messageOf } from '../errors.ts'
import { lazily } from '../lazily.ts'
import type { ObjectOperation, ObjectStore } from './object-store.ts'
import { ObjectStoreError } from './object-store-error.ts'

/** A store that is opened when first used, and again when opening failed. */
export function lazyStore(open: () => Promise<ObjectStore>): ObjectStore {
  const opening = lazily(open)
  const opened = (operation: ObjectOperation, key: string): Promise<ObjectStore> =>
    opening().catch((cause: unknown) => {
      const what = `has no store: ${messageOf(cause)}`
      throw new ObjectStoreError('ERR_OBJECT_STORE_FAILED', what, { operation, key, cause })
    })
  return {
    get: async (key, options) => (await opened('get', key)).get(key, options),
    head: async (key, options) => (await opened('head', key)).head(key, options),
    list: async (prefix, options) => (await opened('list', prefix)).list(prefix, options),
    put: async (key, body, options) => (await opened('put', key)).put(key, body, options),
    delete: async (key, options) => (await opened('delete', key)).delete(key, options),
    deleteMany: async (keys, options) => (await opened('deleteMany', keys[0] ?? '')).deleteMany(keys, options),
  }
}
