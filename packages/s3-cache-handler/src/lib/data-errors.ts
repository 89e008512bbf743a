import { inspect } from 'node:util'
import { S3CacheError } from './errors.ts'

/** A key that names no entry. */
export class InvalidKeyError extends S3CacheError {
  override readonly name = 'InvalidKeyError' as const
  readonly code = 'ERR_INVALID_KEY'

  constructor(key: unknown, what: string) {
    super(`A key ${what}, got ${inspect(key, { depth: 1, breakLength: Infinity })}`)
  }
}

/** One failure of a batch. */
export interface KeyFailure {
  /** The key, as the batch was given it. */
  readonly key: unknown
  readonly error: Error
}

/** A batch of which a part failed. What is not named in `failed` is done. */
export class BatchError extends S3CacheError {
  override readonly name = 'BatchError' as const
  readonly code = 'ERR_BATCH'
  readonly failed: readonly KeyFailure[]

  constructor(operation: string, failed: readonly KeyFailure[], total: number) {
    const [first] = failed
    super(
      `${operation} failed for ${failed.length} of ${total} keys; the first: ${inspect(first?.key)}: ${first?.error.message}`,
    )
    this.failed = failed
  }
}

/** A value that cannot be counted up or down. */
export class NotANumberError extends S3CacheError {
  override readonly name = 'NotANumberError' as const
  readonly code = 'ERR_NOT_A_NUMBER'

  constructor(key: string, value: unknown) {
    super(`inc and dec need a number, and "${key}" holds ${inspect(value, { depth: 0 })}`)
  }
}

/** An entry that others changed as often as it was tried to be changed. Nothing was changed. */
export class ConflictError extends S3CacheError {
  override readonly name = 'ConflictError' as const
  readonly code = 'ERR_CONFLICT'

  constructor(operation: string, key: string) {
    super(`${operation} of "${key}" was given up, because others changed it every time`)
  }
}

/** An operation that rests on something the store does not have. */
export class UnsupportedByStoreError extends S3CacheError {
  override readonly name = 'UnsupportedByStoreError' as const
  readonly code = 'ERR_UNSUPPORTED_BY_STORE'

  constructor(operation: string, what: string) {
    super(`${operation} needs ${what}, which this store does not have`)
  }
}

/** An entry whose object is no value as it is: only bytes and strings are stored so, with tags of some 1,000 bytes in all. */
export class NotPresignableError extends S3CacheError {
  override readonly name = 'NotPresignableError' as const
  readonly code = 'ERR_NOT_PRESIGNABLE'

  constructor(key: string) {
    super(
      `"${key}" is not stored as plain bytes, which alone a URL can serve: only bytes and strings are, with few tags`,
    )
  }
}

/** A function that makes a value, and waits for that value. */
export class RecursiveRememberError extends S3CacheError {
  override readonly name = 'RecursiveRememberError' as const
  readonly code = 'ERR_RECURSIVE_REMEMBER'

  constructor(key: string) {
    super(`What makes "${key}" remembers "${key}", and would wait for itself`)
  }
}
