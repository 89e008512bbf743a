import type { ObjectOperation, ObjectStore } from './object-store.ts'

export interface StoreCall {
  readonly operation: ObjectOperation
  /** The key, the prefix of a `list`, or the first key of a `deleteMany`. */
  readonly key: string
  readonly signal: AbortSignal | undefined
  /** False where repeating may answer differently though nothing failed, and where the caller repeats it itself. */
  readonly isRepeatable: boolean
}

/** One concern around every operation of a store; `run` does the operation, once a call. */
export type Interceptor = <T>(call: StoreCall, run: (signal?: AbortSignal) => Promise<T>) => Promise<T>

/** A store whose every operation goes through `around`. */
export function intercept(store: ObjectStore, around: Interceptor): ObjectStore {
  return {
    get: (key, options) =>
      around(call('get', key, options?.signal), (signal) => store.get(key, { ...options, signal })),
    head: (key, options) =>
      around(call('head', key, options?.signal), (signal) => store.head(key, { ...options, signal })),
    list: (prefix, options) =>
      around(call('list', prefix, options?.signal), (signal) => store.list(prefix, { ...options, signal })),
    put: (key, body, options) =>
      around(call('put', key, options?.signal, options?.once !== true && !isConditional(options)), (signal) =>
        store.put(key, body, { ...options, signal }),
      ),
    delete: (key, options) =>
      around(call('delete', key, options?.signal, !isConditional(options)), (signal) =>
        store.delete(key, { ...options, signal }),
      ),
    deleteMany: (keys, options) =>
      around(call('deleteMany', keys[0] ?? '', options?.signal), (signal) =>
        store.deleteMany(keys, { ...options, signal }),
      ),
  }
}

const call = (
  operation: ObjectOperation,
  key: string,
  signal: AbortSignal | undefined,
  isRepeatable = true,
): StoreCall => ({ operation, key, signal, isRepeatable })

/** Its first answer may have been lost, and the repetition would fail its own condition. */
const isConditional = (
  options: { readonly ifMatch?: string | undefined; readonly ifNoneMatch?: '*' | undefined } = {},
): boolean => options.ifMatch !== undefined || options.ifNoneMatch !== undefined
