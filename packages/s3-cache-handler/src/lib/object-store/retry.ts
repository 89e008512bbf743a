import { setTimeout as sleep } from 'node:timers/promises'
import { intercept } from './intercept.ts'
import type { ObjectStore } from './object-store.ts'
import { ObjectStoreError } from './object-store-error.ts'

export interface RetryOptions {
  /** How often an operation is tried in all. */
  readonly attempts: number
  /** Upper end of the first wait, in ms; it doubles with every attempt. */
  readonly baseDelayMs: number
}

/**
 * Repeats what failed in passing, after a random wait ("full jitter",
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). What is not
 * repeatable is left alone: if only the answer to a conditional write was lost, the repetition would fail its condition.
 */
export function withRetry(store: ObjectStore, { attempts, baseDelayMs }: RetryOptions): ObjectStore {
  return intercept(store, async (call, run) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await run(call.signal)
      } catch (error) {
        const isTransient = error instanceof ObjectStoreError && error.isTransient
        if (!isTransient || !call.isRepeatable || attempt >= attempts) throw error
        const delayMs = Math.random() * baseDelayMs * 2 ** (attempt - 1)
        await sleep(delayMs, undefined, { signal: call.signal, ref: false }).catch(() => {
          throw new ObjectStoreError('ERR_OBJECT_STORE_ABORTED', 'was aborted', { ...call, cause: error })
        })
      }
    }
  })
}
