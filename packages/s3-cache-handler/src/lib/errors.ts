/** Every code that an error of this package can carry, so that `switch (error.code)` narrows. */
export type S3CacheErrorCode =
  | 'ERR_INVALID_OPTION'
  | 'ERR_UNENCODABLE_VALUE'
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

/** A value that the entry format has no form for: a function, a symbol, an instance of a class. */
export class UnencodableValueError extends S3CacheError {
  override readonly name = 'UnencodableValueError' as const
  readonly code = 'ERR_UNENCODABLE_VALUE'
}

/** The text of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Anything that was thrown, as an Error. */
export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
