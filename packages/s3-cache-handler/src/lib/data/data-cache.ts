import type { CacheSizes } from '../gauges.ts'
import type { Key } from '../keys/key-text.ts'
import type { Duration } from './duration.ts'

/** What one `set` says of its entry. What it leaves out comes from the cache's `defaults`. */
export interface SetOptions {
  /** How long the entry is fresh: seconds or a text such as `'5m'`; `null` for ever; 0 stores nothing. */
  readonly ttl?: Duration | null | undefined
  /** How long after that `remember` serves it while it makes a new one. */
  readonly swr?: Duration | undefined
  /** How long after its `ttl` `remember` serves it where making a new one fails. */
  readonly staleIfError?: Duration | undefined
  /** What `revalidateTag` calls it, beside the tags of `defaults`. */
  readonly tags?: readonly string[] | undefined
  /** The media type of bytes or of a string. @default application/octet-stream, or text/plain; charset=utf-8 */
  readonly contentType?: string | undefined
}

/** An entry that is there, as {@link S3Cache.getEntry} gives it. Times are in ms since the Unix epoch. */
export interface CacheEntry<T> {
  readonly value: T
  /** `stale`: past its `ttl` or softly invalidated, and still within `swr` or `staleIfError`. */
  readonly state: 'fresh' | 'stale'
  readonly createdAt: number
  /** Infinity for never. */
  readonly staleAt: number
  /** Infinity for never. */
  readonly expiresAt: number
  readonly tags: readonly string[]
  /** Of the value as it is stored, before compression, in bytes. */
  readonly size: number
  /** Of its object; undefined while that is on its way. */
  readonly etag: string | undefined
}

/** One key as {@link S3Cache.keys} lists it: it may be expired or invalidated by now. */
export interface KeyInfo {
  readonly key: Key
  /** Of the object, in bytes. */
  readonly size: number
  /** When it was written, by the store's clock, in ms since the Unix epoch. */
  readonly lastModified: number
}

/** What a function that makes a value is given. */
export interface RememberContext {
  /** Aborted when nobody waits for the value any more. */
  readonly signal: AbortSignal
  /** Whether somebody has been answered with the stale value already. */
  readonly background: boolean
  /** The value that is to be replaced, if there is one: of no type, so that the one of what is made can be inferred. */
  readonly stale: unknown
  /** Adds tags that are known only now. */
  readonly setTags: (...tags: readonly string[]) => void
  readonly setTtl: (ttl: Duration | null) => void
}

/** How {@link S3Cache.presign} makes a URL. */
export interface PresignOptions {
  /** From 1 to 604,800; shorter where the entry, or the temporary credentials that sign, end before. @default 300 */
  readonly expiresInSeconds?: number | undefined
  /** Whether a stale entry has a URL, too. @default false */
  readonly stale?: boolean | undefined
  /** What a browser is to call the file. */
  readonly filename?: string | undefined
  /** Whether a browser is to save it or to show it. @default attachment where there is a `filename` */
  readonly disposition?: 'attachment' | 'inline' | undefined
}

/** Validates a value that was cached, as {@link https://standardschema.dev} says. */
export interface StandardSchema<T> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<T> | Promise<SchemaResult<T>>
  }
}

type SchemaResult<T> = { readonly value: T; readonly issues?: undefined } | { readonly issues: readonly unknown[] }

/**
 * What an entry that is there is good for: to be served; to be served while a new one is made; to be served where making
 * a new one fails; nothing.
 */
export type EntryUse = 'fresh' | 'stale' | 'fallback' | 'unusable'

/** How several processes agree on who makes a missing value. */
export interface LockOptions {
  /** Longest wait for another process's value, before making one here. @default the lease and 2 s */
  readonly wait?: Duration | undefined
  /** After so long a process that has not finished is taken for dead. @default '10s' */
  readonly lease?: Duration | undefined
}

/** When `remember` calls its function, and what becomes of the value. */
export interface RememberOptions<T> extends SetOptions {
  /** Calls the function without looking, and stores nothing. Flask's `unless`. */
  readonly bypass?: boolean | (() => boolean) | undefined
  /** Makes a new value whatever is there. Flask's `forced_update`. */
  readonly forceFresh?: boolean | (() => boolean) | undefined
  /** Whether a value that is there has to be made anew. */
  readonly isStale?: ((value: T) => boolean) | undefined
  /**
   * Says what an entry that is there is good for, where its value knows that better than this call's `swr` and
   * `staleIfError` do. `now` is the store's time, in ms since the Unix epoch. @default by its `state`, those two, and `isStale`
   */
  readonly judge?: ((entry: CacheEntry<T>, now: number) => EntryUse) | undefined
  /** Whether to store what was made, or with what other options. Flask's `response_filter`. */
  readonly shouldCache?: ((value: T) => boolean | SetOptions) | undefined
  /** A value that is there and does not validate is a miss. */
  readonly schema?: StandardSchema<T> | undefined
  /**
   * Whether one process of the fleet alone makes a missing value, and a new one of what is stale. Needs conditional writes;
   * else each makes its own. @default false
   */
  readonly lock?: boolean | LockOptions | undefined
  /** Longest wait for a new value where a stale one may be served instead. */
  readonly timeout?: Duration | undefined
  /** Told of work that may go on after the answer: making, and storing what was made. It never rejects. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
  /** Gives the waiting up: the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

/** As for `remember`, and what the function is called in keys and tags. */
export interface MemoizeOptions<A extends readonly unknown[], R> extends Omit<
  RememberOptions<R>,
  'bypass' | 'forceFresh'
> {
  /** Calls the function without looking, and stores nothing. Flask's `unless`. */
  readonly bypass?: boolean | ((...args: A) => boolean) | undefined
  /** Makes a new value whatever is there. Flask's `forced_update`. */
  readonly forceFresh?: boolean | ((...args: A) => boolean) | undefined
  /** Names the function in keys and tags. Required: a build renames functions. */
  readonly name: string
  /** What tells its calls apart. @default all its arguments, which must then be parts of a key */
  readonly key?: ((...args: A) => Key) | undefined
  /** Part of the key: entries of another version are not found. */
  readonly version?: string | number | undefined
  /** Whether the function's source text is part of the key, for development: a build rewrites it. @default false */
  readonly sourceCheck?: boolean | undefined
}

/** A function whose results are cached. */
export interface Memoized<A extends readonly unknown[], R> {
  (...args: A): Promise<R>
  /** The function itself. */
  readonly uncached: (...args: A) => R | Promise<R>
  /** What it was made with. */
  readonly options: Readonly<MemoizeOptions<A, R>>
  /** The key of a call. */
  keyFor(...args: A): Key
  /** Takes one call's result out, in all processes. Rejects as `revalidateTag` does. */
  invalidate(...args: A): Promise<void>
  /** Takes all results out, in all processes. Rejects as `revalidateTag` does. */
  invalidateAll(): Promise<void>
}

/** How `revalidateTag` invalidates. */
export interface RevalidateOptions {
  /** `expire`: gone at once. `stale`: `remember` serves it while it makes a new one. @default 'expire' */
  readonly mode?: 'expire' | 'stale' | undefined
  /** With `stale`: after so many seconds it is gone. @default never */
  readonly expireSeconds?: number | undefined
}

/** Counts since the cache was made, and how much all caches with the same options hold now. */
export interface CacheStats extends CacheSizes {
  readonly hits: number
  /** Hits that `remember` served stale. */
  readonly staleHits: number
  readonly misses: number
  /** Calls that shared the work of another one. */
  readonly deduplicated: number
  readonly sets: number
  readonly deletes: number
  readonly errors: number
}

/**
 * A cache that all processes share. A read that fails is a miss, unless `failOpen` is off; what changes something for
 * others and fails always rejects, with an error whose `code` tells why.
 */
export interface S3Cache {
  /** The value while it is fresh; undefined for a miss only, so that `null` is a value. */
  get<T = unknown>(key: Key): Promise<T | undefined>
  /** With what is known of it, and also while it is stale. */
  getEntry<T = unknown>(key: Key): Promise<CacheEntry<T> | undefined>
  /**
   * Resolves once it is stored: `false` when the store failed, a later call for the key overtook it, or `ttl` is 0, which
   * deletes what was there.
   * @throws ERR_INVALID_OPTION for `undefined`, ERR_UNENCODABLE_VALUE
   */
  set(key: Key, value: unknown, options?: SetOptions): Promise<boolean>
  /**
   * Stores it unless there is one that has not expired; of any number of calls in any number of processes one wins.
   * @throws ERR_UNSUPPORTED_BY_STORE on a store without conditional writes, ERR_OBJECT_STORE_… where it fails
   */
  add(key: Key, value: unknown, options?: SetOptions): Promise<boolean>
  /** Whether `get` would find it. */
  has(key: Key): Promise<boolean>
  /** Resolves `true` once it is gone; S3 cannot tell whether it was there. @throws ERR_OBJECT_STORE_… */
  delete(key: Key): Promise<boolean>
  /** Values in the order of the keys. */
  getMany<T = unknown>(keys: readonly Key[]): Promise<(T | undefined)[]>
  /** By key; what is missing is undefined. */
  getDict<T = unknown, K extends string = string>(keys: readonly K[]): Promise<Record<K, T | undefined>>
  /**
   * The keys that are stored; the store failed for the others, as events tell.
   * @throws ERR_BATCH, which names each key that is wrong, or whose value or options are, and with `failOpen` off what the store refused
   */
  setMany(entries: Iterable<readonly [key: Key, value: unknown, options?: SetOptions]>): Promise<Key[]>
  /** The keys that are gone, which is all of them. @throws ERR_BATCH, which names those that are not */
  deleteMany<K extends Key>(keys: Iterable<K>): Promise<K[]>
  /**
   * Counts a number up and resolves with the result: exact, whoever else counts. A missing one counts from 0 and lives
   * by `defaults`; one that is there keeps its lifetime.
   * @throws ERR_NOT_A_NUMBER, ERR_CONFLICT, ERR_UNSUPPORTED_BY_STORE, ERR_OBJECT_STORE_…
   */
  inc(key: Key, by?: number): Promise<number>
  /** As {@link S3Cache.inc}, down. */
  dec(key: Key, by?: number): Promise<number>
  /**
   * Deletes the entries whose keys begin so, from the store and from every process's memory. Of a namespace, its own.
   * @param options.wholeBucket Must be true where nothing narrows it: no `prefix`, no namespace, no option `prefix`.
   * @throws ERR_INVALID_OPTION, ERR_NOT_INVALIDATED, ERR_INCOMPLETE_CLEAR, ERR_OBJECT_STORE_…
   */
  clear(options?: { readonly prefix?: Key; readonly wholeBucket?: boolean }): Promise<{ readonly deleted: number }>
  /**
   * What is stored, by pages in the order of the object names; a namespace lists its own, and a page may hold less than
   * `limit`. @throws ERR_OBJECT_STORE_…
   */
  keys(options?: {
    readonly prefix?: Key
    /** At most and by default 1,000. */
    readonly limit?: number
    readonly cursor?: string | undefined
  }): Promise<{ readonly keys: KeyInfo[]; readonly cursor?: string }>
  /** Deletes what has expired, by reading the head of each object. @throws ERR_OBJECT_STORE_… */
  prune(options?: {
    readonly prefix?: Key
    readonly maxDeletes?: number
  }): Promise<{ readonly scanned: number; readonly deleted: number }>
  /**
   * The value that is there, or else the one that `make` makes, which is stored behind the answer. What `make` throws is
   * thrown, unless there is a value within `staleIfError`.
   * @throws ERR_RECURSIVE_REMEMBER where `make` remembers the same key
   */
  remember<T>(key: Key, make: (context: RememberContext) => T | Promise<T>, options?: RememberOptions<T>): Promise<T>
  /** The function with its results remembered. */
  memoize<A extends readonly unknown[], R>(
    make: (...args: A) => R | Promise<R>,
    options: MemoizeOptions<A, R>,
  ): Memoized<A, R>
  /** Invalidates what carries a tag, Next's entries too, in all processes. @throws ERR_NOT_INVALIDATED */
  revalidateTag(tags: string | readonly string[], options?: RevalidateOptions): Promise<void>
  /**
   * A URL by which anybody can GET the value from S3 until it ends: what was stored as bytes or as a string, with its
   * `contentType`. Undefined where `get` would find nothing. Treat it as a credential.
   * @throws ERR_NOT_PRESIGNABLE for other values, ERR_UNSUPPORTED_BY_STORE where the store is no S3, ERR_OBJECT_STORE_…
   */
  presign(key: Key, options?: PresignOptions): Promise<string | undefined>
  /** A cache whose keys are its own: the same store, settings and tags. */
  namespace(name: string): S3Cache
  stats(): CacheStats
  /** Asks the store something small. @throws ERR_OBJECT_STORE_… */
  ping(): Promise<void>
  /** Waits for what is on its way, `drainMs` at most. The cache can be used on. */
  close(): Promise<void>
}
