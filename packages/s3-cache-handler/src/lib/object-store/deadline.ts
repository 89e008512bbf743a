import { intercept } from './intercept.ts'
import type { ObjectStore } from './object-store.ts'
import { ObjectStoreError } from './object-store-error.ts'

/** Bounds every operation: after `timeoutMs` it is aborted and rejects, even where the store ignores the signal. */
export function withDeadline(store: ObjectStore, timeoutMs: number): ObjectStore {
  return intercept(store, async (call, run) => {
    if (call.signal?.aborted === true) throw new ObjectStoreError('ERR_OBJECT_STORE_ABORTED', 'was aborted', call)
    const controller = new AbortController()
    return new Promise((resolve, reject) => {
      const fail = (code: 'ERR_OBJECT_STORE_TIMEOUT' | 'ERR_OBJECT_STORE_ABORTED', what: string): void => {
        end()
        reject(new ObjectStoreError(code, what, call))
        controller.abort()
      }
      const abort = (): void => fail('ERR_OBJECT_STORE_ABORTED', 'was aborted')
      const timer = setTimeout(() => fail('ERR_OBJECT_STORE_TIMEOUT', `timed out after ${timeoutMs} ms`), timeoutMs)
      const end = (): void => {
        clearTimeout(timer)
        call.signal?.removeEventListener('abort', abort)
      }
      call.signal?.addEventListener('abort', abort, { once: true })
      run(controller.signal).finally(end).then(resolve, reject)
    })
  })
}
