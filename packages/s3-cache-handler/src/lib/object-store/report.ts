import type { Emit } from '../cache-events.ts'
import { asError } from '../errors.ts'
import { intercept, type StoreCall } from './intercept.ts'
import type { DeleteManyResult, ObjectOperation, ObjectStore } from './object-store.ts'
import { codeOfRefusal, ObjectStoreError } from './object-store-error.ts'

/**
 * Makes an event of every failed operation, and of the first success after failures of the same operation. A `deleteMany`
 * has failed where an object is left.
 */
export function withReport(store: ObjectStore, emit: Emit): ObjectStore {
  const failing = new Set<ObjectOperation>()
  const failed = (operation: ObjectOperation, objectKey: string, error: Error): void => {
    failing.add(operation)
    emit({ name: 'store-failed', operation, objectKey, error })
  }
  return intercept(store, async (call, run) => {
    const { operation, key, signal } = call
    try {
      const result = await run(signal)
      const refusal = operation === 'deleteMany' ? refusalIn(result as DeleteManyResult, call) : undefined
      if (refusal !== undefined) failed(operation, refusal.key, refusal)
      else if (failing.delete(operation)) emit({ name: 'store-recovered', operation })
      return result
    } catch (error) {
      const isGivenUp = error instanceof ObjectStoreError && error.code === 'ERR_OBJECT_STORE_ABORTED'
      if (!isGivenUp) failed(operation, key, asError(error))
      throw error
    }
  })
}

/** S3 refuses each object by itself, and answers 200 all the same. */
function refusalIn({ failed }: DeleteManyResult, { operation }: StoreCall): ObjectStoreError | undefined {
  const [first] = failed
  if (first === undefined) return undefined
  const { key, reason } = first
  const others = failed.length === 1 ? '' : `, and ${failed.length - 1} more`
  return new ObjectStoreError(codeOfRefusal(reason), `failed: ${reason}${others}`, {
    operation,
    key,
    storeCode: reason,
  })
}
