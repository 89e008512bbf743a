import { setTimeout as sleep } from 'node:timers/promises'
import { intercept } from './intercept.ts'
import type { ObjectStore } from './object-store.ts'
import { ObjectStoreError } from './object-store-error.ts'

export interface RetryOptions {
  /** How often an operation is tried in all. */
  readonly attempts: number
  /** Upper end of the first wait, in ms; it doubles with every attempt. */
  readonly baseDelayMs: number
  /** Repetitions that may be made in advance; each operation that succeeds earns a fifth of one. */
  readonly budget: number
}

const EARNED = 0.2

/**
 * Repeats what failed in passing, after a random wait ("full jitter",
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). What is not
 * repeatable is left alone: if only the answer to a conditional write was lost, the repetition would fail its condition.
 * A budget bounds the repetitions by what succeeds: a store that is overloaded must not be asked three times as often
 * for it (https://sre.google/sre-book/addressing-cascading-failures/).
 */
export function withRetry(store: ObjectStore, { attempts, baseDelayMs, budget }: RetryOptions): ObjectStore {
  let left = budget
  return intercept(store, async (call, run) => {
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await run(call.signal)
        left = Math.min(budget, left + EARNED)
        return result
      } catch (error) {
        const isTransient = error instanceof ObjectStoreError && error.isTransient
        if (!isTransient || !call.isRepeatable || attempt >= attempts || left < 1) throw error
        left--
        const delayMs = Math.random() * baseDelayMs * 2 ** (attempt - 1)
        await sleep(delayMs, undefined, { signal: call.signal, ref: false }).catch(() => {
          throw new ObjectStoreError('ERR_OBJECT_STORE_ABORTED', 'was aborted', { ...call, cause: error })
        })
      }
    }
  })
}
