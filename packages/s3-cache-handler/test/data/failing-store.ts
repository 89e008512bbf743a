import { intercept } from '../../src/lib/object-store/intercept.ts'
import { ObjectStoreError } from '../../src/lib/object-store/object-store-error.ts'
import type { ObjectStore } from '../../src/lib/object-store/object-store.ts'

/** A store that works until it is told to fail. */
export function failingStore(store: ObjectStore): { readonly store: ObjectStore; readonly fail: () => void } {
  let fails = false
  return {
    store: intercept(store, async (call, run) => {
      if (fails) throw new ObjectStoreError('ERR_OBJECT_STORE_UNREACHABLE', 'got no answer', call)
      return await run()
    }),
    fail: () => {
      fails = true
    },
  }
}
