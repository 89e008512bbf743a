import { ObjectStoreError, type ObjectStoreErrorCode } from '../src/lib/object-store/object-store-error.ts'
import type { ObjectOperation, ObjectStore } from '../src/lib/object-store/object-store.ts'

export interface FakeCall {
  readonly operation: ObjectOperation
  readonly args: readonly unknown[]
  readonly signal: AbortSignal | undefined
}

export interface FakeStore extends ObjectStore {
  /** Every call so far, failed ones included. */
  readonly calls: readonly FakeCall[]
}

/** An empty store. Each call first waits for `answer`, which may reject, or never end. */
export function fakeStore(answer: (call: FakeCall) => unknown = () => {}): FakeStore {
  const calls: FakeCall[] = []
  const respond = async <T>(operation: ObjectOperation, args: readonly unknown[], result: T): Promise<T> => {
    const call = { operation, args, signal: (args.at(-1) as { signal?: AbortSignal } | undefined)?.signal }
    calls.push(call)
    await answer(call)
    return result
  }
  return {
    calls,
    get: (...args) => respond('get', args, { kind: 'absent' }),
    head: (...args) => respond('head', args, undefined),
    list: (...args) => respond('list', args, { objects: [] }),
    put: (...args) => respond('put', args, { kind: 'stored', etag: '"1"' }),
    delete: (...args) => respond('delete', args, true),
    deleteMany: (...args) => respond('deleteMany', args, { failed: [] }),
  }
}

/** A failure as the S3 store would report it. */
export const storeError = (code: ObjectStoreErrorCode, storeCode?: string): ObjectStoreError =>
  new ObjectStoreError(code, 'failed in a test', { operation: 'get', key: 'k', storeCode })

/** What a call that never ends waits for. */
export const never = (): Promise<never> => new Promise(() => {})

/** A promise that a test settles. */
export function deferred<T = void>(): {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
} {
  let settle: { resolve: (value: T) => void; reject: (error: unknown) => void } | undefined
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject }
  })
  return { promise, resolve: (value) => settle?.resolve(value), reject: (error) => settle?.reject(error) }
}
