/** The operations of {@link ObjectStore}. */
export type ObjectOperation = 'get' | 'head' | 'list' | 'put' | 'delete' | 'deleteMany' | 'settings'

export interface CallOptions {
  /** Gives the call up: it rejects with `ERR_OBJECT_STORE_ABORTED`. */
  readonly signal?: AbortSignal | undefined
}

export interface GetOptions extends CallOptions {
  /** Answers `not-modified` while the object still has this ETag. */
  readonly ifNoneMatch?: string | undefined
  /**
   * S3 answers "access denied" for a missing object to a role without `s3:ListBucket`, or with it under a prefix only.
   * Where this is set, and the same credentials have read an object before, that answer is `absent`; `always` is for who
   * lists then, and so learns whether it is denied.
   */
  readonly absentIfDenied?: boolean | 'always' | undefined
}

export interface ObjectSummary {
  readonly key: string
  /** Bytes. */
  readonly size: number
  readonly etag: string
  /** By the store's clock, in ms since the Unix epoch, whole seconds on S3. */
  readonly lastModified: number
}

/** What a store keeps with an object, and changes together with it. */
export interface ObjectDetails {
  /** The media type that it was put with; a store may have one of its own for objects without. */
  readonly contentType?: string | undefined
  /** The user's own metadata: lower-case names, ASCII values, 2 KB in all. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
}

export type ObjectHead = ObjectSummary & ObjectDetails

export type GetResult =
  | ({ readonly kind: 'found'; readonly body: Buffer } & ObjectHead & StoreTime)
  | ({ readonly kind: 'not-modified' } & StoreTime)
  | ({ readonly kind: 'absent'; readonly wasDenied?: boolean } & StoreTime)

export interface StoreTime {
  /** What the store's clock said when it answered, in ms since the Unix epoch; absent where it does not say. */
  readonly date?: number | undefined
}

export interface PutOptions extends CallOptions, ObjectDetails {
  /** Tags of the object, which S3's lifecycle rules can name. A store that has none rejects. */
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Writes only over an object that has this ETag. */
  readonly ifMatch?: string | undefined
  /** `*` writes only where no object is. Not every S3-compatible store keeps to it: nothing correct may rest on it. */
  readonly ifNoneMatch?: '*' | undefined
  /** One attempt: whoever repeats it sends other bytes. */
  readonly once?: boolean | undefined
}

export type PutResult =
  | { readonly kind: 'stored'; readonly etag: string | undefined }
  | { readonly kind: 'condition-failed' }

export interface DeleteOptions extends CallOptions {
  /** Deletes only an object that has this ETag. */
  readonly ifMatch?: string | undefined
}

export interface DeleteManyResult {
  /** Keys that are still there, each with the store's reason. */
  readonly failed: readonly { readonly key: string; readonly reason: string }[]
}

export interface ListOptions extends CallOptions {
  /** The `cursor` of the page before. */
  readonly cursor?: string | undefined
  /** Longest page, at most and by default 1,000. */
  readonly limit?: number | undefined
}

export interface ListPage extends StoreTime {
  /** In the order of the keys' UTF-8 bytes. */
  readonly objects: readonly ObjectSummary[]
  /** Present while there is more. */
  readonly cursor?: string | undefined
}

/**
 * The few object operations that everything stands on. No such object, an unchanged one and a failed condition are
 * values; every other failure rejects with an ObjectStoreError that names the operation and the key.
 */
export interface ObjectStore {
  get(key: string, options?: GetOptions): Promise<GetResult>
  head(key: string, options?: CallOptions): Promise<ObjectHead | undefined>
  list(prefix: string, options?: ListOptions): Promise<ListPage>
  put(key: string, body: Uint8Array, options?: PutOptions): Promise<PutResult>
  /** Resolves `false` when `ifMatch` fails. A missing object counts as deleted. */
  delete(key: string, options?: DeleteOptions): Promise<boolean>
  /** Deletes any number of keys, 1,000 a request. */
  deleteMany(keys: readonly string[], options?: CallOptions): Promise<DeleteManyResult>
}
