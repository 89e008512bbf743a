import { intercept } from './intercept.ts'
import type { ObjectStore } from './object-store.ts'
import { ObjectStoreError } from './object-store-error.ts'

/** Bounds every operation: after `timeoutMs` it is aborted and rejects, even where the store ignores the signal. */
export function withDeadline(store: ObjectStore, timeoutMs: number): ObjectStore {
  return intercept(store, (call, run) => {
    const controller = new AbortController()
    return new Promise((resolve, reject) => {
      const fail = (code: 'ERR_OBJECT_STORE_TIMEOUT' | 'ERR_OBJECT_STORE_ABORTED', what: string): void => {
        reject(new ObjectStoreError(code, what, call))
        controller.abort()
      }
      const abort = (): void => fail('ERR_OBJECT_STORE_ABORTED', 'was aborted')
      if (call.signal?.aborted === true) return abort()
      call.signal?.addEventListener('abort', abort, { once: true })
      const timer = setTimeout(() => fail('ERR_OBJECT_STORE_TIMEOUT', `timed out after ${timeoutMs} ms`), timeoutMs)
      run(controller.signal)
        .finally(() => {
          clearTimeout(timer)
          call.signal?.removeEventListener('abort', abort)
        })
        .then(resolve, reject)
    })
  })
}
