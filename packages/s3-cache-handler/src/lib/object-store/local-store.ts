import { messageOf } from '../errors.ts'
import { intercept } from './intercept.ts'
import { refuseLargeMetadata } from './metadata-limit.ts'
import { ObjectStoreError } from './object-store-error.ts'
import type { ObjectStore } from './object-store.ts'
import { refuseTags } from './without-tags.ts'

/** What the stores of this machine have in common: they refuse what S3 or they cannot keep, give up and fail alike. */
export function localStore(store: ObjectStore): ObjectStore {
  const refusing: ObjectStore = {
    ...store,
    async put(key, body, options = {}) {
      refuseTags(key, options)
      refuseLargeMetadata(key, options)
      return await store.put(key, body, options)
    },
  }
  return intercept(refusing, async (call, run) => {
    try {
      call.signal?.throwIfAborted()
      return await run(call.signal)
    } catch (error) {
      if (error instanceof ObjectStoreError) throw error
      // By the signal, because what it throws is its reason, which can be anything.
      if (call.signal?.aborted === true) throw new ObjectStoreError('ERR_OBJECT_STORE_ABORTED', 'was aborted', call)
      throw new ObjectStoreError('ERR_OBJECT_STORE_FAILED', `failed: ${messageOf(error)}`, { ...call, cause: error })
    }
  })
}
