/** Every code that an error of this package can carry, so that `switch (error.code)` narrows. */
export type S3CacheErrorCode =
  | 'ERR_BATCH'
  | 'ERR_CONFLICT'
  | 'ERR_RECURSIVE_REMEMBER'
  | 'ERR_INCOMPLETE_CLEAR'
  | 'ERR_INVALID_KEY'
  | 'ERR_INVALID_OPTION'
  | 'ERR_NO_CACHE'
  | 'ERR_NOT_A_NUMBER'
  | 'ERR_NOT_INVALIDATED'
  | 'ERR_NOT_PRESIGNABLE'
  | 'ERR_UNENCODABLE_VALUE'
  | 'ERR_UNSUPPORTED_BY_STORE'
  | 'ERR_OBJECT_STORE_ABORTED'
  | 'ERR_OBJECT_STORE_BUSY'
  | 'ERR_OBJECT_STORE_DENIED'
  | 'ERR_OBJECT_STORE_FAILED'
  | 'ERR_OBJECT_STORE_NO_BUCKET'
  | 'ERR_OBJECT_STORE_PAUSED'
  | 'ERR_OBJECT_STORE_TIMEOUT'
  | 'ERR_OBJECT_STORE_UNREACHABLE'

/** The base of every error that this package throws or reports. */
export abstract class S3CacheError extends Error {
  abstract readonly code: S3CacheErrorCode
}

const CODES: Readonly<Record<S3CacheErrorCode, true>> = {
  ERR_BATCH: true,
  ERR_CONFLICT: true,
  ERR_RECURSIVE_REMEMBER: true,
  ERR_INCOMPLETE_CLEAR: true,
  ERR_INVALID_KEY: true,
  ERR_INVALID_OPTION: true,
  ERR_NO_CACHE: true,
  ERR_NOT_A_NUMBER: true,
  ERR_NOT_INVALIDATED: true,
  ERR_NOT_PRESIGNABLE: true,
  ERR_UNENCODABLE_VALUE: true,
  ERR_UNSUPPORTED_BY_STORE: true,
  ERR_OBJECT_STORE_ABORTED: true,
  ERR_OBJECT_STORE_BUSY: true,
  ERR_OBJECT_STORE_DENIED: true,
  ERR_OBJECT_STORE_FAILED: true,
  ERR_OBJECT_STORE_NO_BUCKET: true,
  ERR_OBJECT_STORE_PAUSED: true,
  ERR_OBJECT_STORE_TIMEOUT: true,
  ERR_OBJECT_STORE_UNREACHABLE: true,
}

/** Whether it is an error of this package, and be it of another copy of it: Next may load more than one in a process. */
export const isS3CacheError = (error: unknown): error is S3CacheError =>
  error instanceof Error && 'code' in error && Object.hasOwn(CODES, String(error.code))

/** An option, an environment variable or a combination of them that cannot work. */
export class InvalidOptionError extends S3CacheError {
  override readonly name = 'InvalidOptionError' as const
  readonly code = 'ERR_INVALID_OPTION'
  /** The option's name, as in `createCacheHandler({ … })`. */
  readonly option: string

  constructor(option: string, message: string) {
    super(message)
    this.option = option
  }
}

/** A clear that left objects behind. What it deleted is gone, and its event holds: calling it again does the rest. */
export class IncompleteClearError extends S3CacheError {
  override readonly name = 'IncompleteClearError' as const
  readonly code = 'ERR_INCOMPLETE_CLEAR'
  /** How many objects of one request could not be deleted. */
  readonly left: number

  constructor(left: number, reason: string) {
    super(`${left} objects could not be deleted; the first: ${reason}`)
    this.left = left
  }
}

/** An invalidation that could not be stored yet. It holds in this process and is tried again, until the process ends. */
export class NotInvalidatedError extends S3CacheError {
  override readonly name = 'NotInvalidatedError' as const
  readonly code = 'ERR_NOT_INVALIDATED'

  constructor() {
    super('The invalidation is not stored: it holds in this process only, which tries again until it ends')
  }
}

/** No cache is open in this process. */
export class NoCacheError extends S3CacheError {
  override readonly name = 'NoCacheError' as const
  readonly code = 'ERR_NO_CACHE'
}

/** A value that cannot be stored: a function, a symbol, an instance of a class that no codec knows. */
export class UnencodableValueError extends S3CacheError {
  override readonly name = 'UnencodableValueError' as const
  readonly code = 'ERR_UNENCODABLE_VALUE'
}

/** The text of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Anything that was thrown, as an Error. */
export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
