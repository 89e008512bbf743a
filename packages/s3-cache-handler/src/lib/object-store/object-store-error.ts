import { isS3CacheError, S3CacheError, type S3CacheErrorCode } from '../errors.ts'
import type { ObjectOperation } from './object-store.ts'

export type ObjectStoreErrorCode = Extract<S3CacheErrorCode, `ERR_OBJECT_STORE_${string}`>

export interface ObjectStoreErrorDetails {
  readonly operation: ObjectOperation
  readonly key: string
  readonly cause?: unknown
  /** The store's own name for it, such as `SlowDown`. */
  readonly storeCode?: string | undefined
}

/** An operation of the object store that failed, whatever the store. */
export class ObjectStoreError extends S3CacheError {
  override readonly name = 'ObjectStoreError' as const
  readonly code: ObjectStoreErrorCode
  readonly operation: ObjectOperation
  readonly key: string
  readonly storeCode: string | undefined

  constructor(code: ObjectStoreErrorCode, what: string, { operation, key, cause, storeCode }: ObjectStoreErrorDetails) {
    super(`Object store ${operation} "${key}" ${what}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.operation = operation
    this.key = key
    this.storeCode = storeCode
  }

  /** Whether the same request may well succeed in a moment. */
  get isTransient(): boolean {
    return this.code === 'ERR_OBJECT_STORE_UNREACHABLE' || this.code === 'ERR_OBJECT_STORE_BUSY'
  }

  /**
   * Whether it tells that the store as a whole does not work. A plain AccessDenied does not: S3 answers it for a missing
   * object when the role lacks `s3:ListBucket` (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html).
   * A 403 to HEAD has no body that would name its reason.
   */
  get isOutage(): boolean {
    // A store that lacks one operation or header serves the others.
    const isOfRequest = ['AccessDenied', 'HTTP 403', 'NotImplemented', 'HTTP 501'].includes(this.storeCode ?? '')
    return this.code !== 'ERR_OBJECT_STORE_ABORTED' && !isOfRequest
  }
}

/** Whether it is one, and be it of another copy of this package. */
export const isObjectStoreError = (error: unknown): error is ObjectStoreError =>
  isS3CacheError(error) && error.code.startsWith('ERR_OBJECT_STORE_')

/** A permission that is missing, which says nothing of the store as a whole. */
export const isDenial = (error: unknown): boolean =>
  isObjectStoreError(error) && error.code === 'ERR_OBJECT_STORE_DENIED' && !error.isOutage

/** What the store names so, whatever the status of the whole answer. */
const CODES_OF_NAMES: Readonly<Record<string, ObjectStoreErrorCode>> = {
  NoSuchBucket: 'ERR_OBJECT_STORE_NO_BUCKET',
  AccessDenied: 'ERR_OBJECT_STORE_DENIED',
  InternalError: 'ERR_OBJECT_STORE_BUSY',
  ServiceUnavailable: 'ERR_OBJECT_STORE_BUSY',
  SlowDown: 'ERR_OBJECT_STORE_BUSY',
}

/**
 * The code of a refusal, by the store's name for it, or else by its status.
 * @param status Unknown of one object among many, each of which is refused by itself.
 */
export function codeOfRefusal(name: string, status = 0): ObjectStoreErrorCode {
  const code = Object.hasOwn(CODES_OF_NAMES, name) ? CODES_OF_NAMES[name] : undefined
  if (code !== undefined) return code
  if (status === 401 || status === 403) return 'ERR_OBJECT_STORE_DENIED'
  // It stays so, however often it is asked.
  if (status === 501) return 'ERR_OBJECT_STORE_FAILED'
  return status === 429 || status >= 500 ? 'ERR_OBJECT_STORE_BUSY' : 'ERR_OBJECT_STORE_FAILED'
}
