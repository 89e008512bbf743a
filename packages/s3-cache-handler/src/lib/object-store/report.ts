import type { Emit } from '../cache-events.ts'
import { messageOf } from '../errors.ts'
import { intercept } from './intercept.ts'
import type { ObjectOperation, ObjectStore } from './object-store.ts'

/** Makes an event of every failed operation, and of the first success after failures of the same operation. */
export function withReport(store: ObjectStore, emit: Emit): ObjectStore {
  const failing = new Set<ObjectOperation>()
  return intercept(store, async ({ operation, key, signal }, run) => {
    try {
      const result = await run(signal)
      if (failing.delete(operation)) emit({ name: 'store-recovered', operation })
      return result
    } catch (error) {
      failing.add(operation)
      const reported = error instanceof Error ? error : new Error(messageOf(error))
      emit({ name: 'store-failed', operation, objectKey: key, error: reported })
      throw error
    }
  })
}
