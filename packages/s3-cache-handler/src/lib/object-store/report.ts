import type { Emit } from '../cache-events.ts'
import { asError } from '../errors.ts'
import { intercept } from './intercept.ts'
import type { ObjectOperation, ObjectStore } from './object-store.ts'
import { ObjectStoreError } from './object-store-error.ts'

/** Makes an event of every failed operation, and of the first success after failures of the same operation. */
export function withReport(store: ObjectStore, emit: Emit): ObjectStore {
  const failing = new Set<ObjectOperation>()
  return intercept(store, async ({ operation, key, signal }, run) => {
    try {
      const result = await run(signal)
      if (failing.delete(operation)) emit({ name: 'store-recovered', operation })
      return result
    } catch (error) {
      const isGivenUp = error instanceof ObjectStoreError && error.code === 'ERR_OBJECT_STORE_ABORTED'
      if (!isGivenUp) {
        failing.add(operation)
        emit({ name: 'store-failed', operation, objectKey: key, error: asError(error) })
      }
      throw error
    }
  })
}
