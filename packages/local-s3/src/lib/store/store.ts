import type { ObjectChecksum } from '../body/checksums.ts'
import { OptionError } from '../option-error.ts'
import type { ReadonlySortedMap } from './sorted-map.ts'

/** What is known of an object without its body. */
export interface ObjectInfo {
  /** In bytes. */
  readonly size: number
  /** With its quotes. */
  readonly etag: string
  /** In ms since the Unix epoch, a whole second as S3 keeps it. */
  readonly lastModified: number
  /** The headers that come back with the object: content type, metadata and so on. */
  readonly headers: Readonly<Record<string, string>>
  readonly checksum?: ObjectChecksum | undefined
  /** The tags of the object, at most 10. */
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/** An object's facts and body, of one and the same version. */
export interface StoredObject {
  readonly info: ObjectInfo
  readonly body: Uint8Array
}

/** Throws to refuse a write, given the object as it is at that moment. No other write comes between check and write. */
export type WriteCheck = (current: ObjectInfo | undefined) => void

/** The objects of one bucket. A write is seen whole or not at all. */
export interface Bucket {
  readonly name: string
  /** In ms since the Unix epoch. */
  readonly createdAt: number
  /** The facts of all objects, as of now. */
  readonly objects: ReadonlySortedMap<ObjectInfo>
  get(key: string): Promise<StoredObject | undefined>
  put(key: string, object: StoredObject, check?: WriteCheck): Promise<void>
  /** Deleting what is not there succeeds. */
  delete(key: string, check?: WriteCheck): Promise<void>
}

/** What a bucket has beside its objects, kept as objects of another bucket: unfinished uploads, and its configuration. */
export const ANNEXES = ['uploads', 'settings'] as const
export type Annex = (typeof ANNEXES)[number]

/** Where buckets live: in memory or in files. */
export interface Store {
  /** In the order of their names. */
  buckets(): readonly Bucket[]
  bucket(name: string): Bucket | undefined
  /** Of a bucket that is there. */
  annex(bucket: string, annex: Annex): Bucket
  /** Resolves `false` when the bucket exists already. */
  createBucket(name: string): Promise<boolean>
  /** Resolves `false` when the bucket still has objects. */
  deleteBucket(name: string): Promise<boolean>
}

/** A bucket that somebody has named; throws an `OptionError` where there is none. */
export function existing(store: Store, name: string): Bucket {
  const bucket = store.bucket(name)
  if (bucket === undefined) throw new OptionError('bucket', 'the name of a bucket', name)
  return bucket
}
