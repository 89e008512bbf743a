import { createFsObjectStore } from './lib/object-store/fs-store.ts'
import { createMemoryObjectStore } from './lib/object-store/memory-store.ts'
import type { ObjectStore } from './lib/object-store/object-store.ts'
import type { S3Cache } from './lib/data/data-cache.ts'
import type { S3CacheOptions } from './lib/data/data-options.ts'
import { openDataCache } from './lib/data/open-data-cache.ts'

export type { CacheEvent, MissReason, Tier } from './lib/cache-events.ts'
export type { S3Operation } from './lib/object-store/s3-operation.ts'
export type { SentRequest } from './lib/object-store/sent-request.ts'
export {
  BatchError,
  ConflictError,
  InvalidKeyError,
  NotANumberError,
  NotPresignableError,
  RecursiveRememberError,
  UnsupportedByStoreError,
} from './lib/data-errors.ts'
export type { KeyFailure } from './lib/data-errors.ts'
export type {
  CacheEntry,
  CacheStats,
  KeyInfo,
  LockOptions,
  Memoized,
  MemoizeOptions,
  PresignOptions,
  RememberContext,
  RememberOptions,
  RevalidateOptions,
  S3Cache,
  SetOptions,
  StandardSchema,
} from './lib/data/data-cache.ts'
export type { DataDefaults, S3CacheOptions } from './lib/data/data-options.ts'
export type { TypeCodec } from './lib/data/devalue-codec.ts'
export type { Duration } from './lib/data/duration.ts'
export type { TextCodec } from './lib/data/value-codec.ts'
export {
  IncompleteClearError,
  InvalidOptionError,
  NotInvalidatedError,
  S3CacheError,
  UnencodableValueError,
} from './lib/errors.ts'
export type { S3CacheErrorCode } from './lib/errors.ts'
export type { CacheSizes } from './lib/gauges.ts'
export type { Key, KeyPart } from './lib/keys/key-text.ts'
export type { ObjectStore } from './lib/object-store/object-store.ts'
export type { LogFormat, Logger, LogLevel, ScalarOptions } from './lib/options/options.ts'

/**
 * Opens a cache that all processes with the same bucket and prefix share, for any framework or none.
 *
 * ```ts
 * import { createS3Cache } from 's3-cache-handler/cache'
 *
 * const cache = createS3Cache({ bucket: 'my-app-cache', prefix: 'shop/' })
 * const post = await cache.remember(['post', slug], () => db.post(slug), { ttl: '5m', swr: '1d', tags: ['posts'] })
 * await cache.revalidateTag('posts')
 * ```
 *
 * Caches with the same options share memory, writes and what is being made, however often they are opened.
 *
 * @throws ERR_INVALID_OPTION for a wrong option or environment variable, and where neither a bucket nor a store is named
 */
export const createS3Cache = (options: S3CacheOptions = {}): S3Cache => openDataCache(options, process.env)

export { presignedRedirect } from './lib/data/presigned-redirect.ts'
export type { PresignableBody, PresignedRedirectOptions } from './lib/data/presigned-redirect.ts'

/**
 * A store in this process's memory, for tests and development.
 * @param options `maxBytes`: when objects exceed it, the least recently used go; 64 MiB by default
 */
export const memoryStore = (options: { readonly maxBytes?: number } = {}): ObjectStore =>
  createMemoryObjectStore({ maxBytes: options.maxBytes ?? 64 * 1024 * 1024 })

/** A store in a folder, which the processes of one machine share. */
export const fsStore = (directory: string): ObjectStore => createFsObjectStore({ directory })

export { nullStore } from './lib/data/open-data-cache.ts'
