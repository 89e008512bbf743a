import type { CacheEvent } from '../cache-events.ts'

/** Where lines for people go; `console` fits. */
export interface Logger {
  error(line: string): void
  warn(line: string): void
  info(line: string): void
  debug(line: string): void
}

/** How much to log: each level includes those before it. */
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug'

/** How lines look on the console: as text, or as an object of JSON each, like those of pino. */
export type LogFormat = 'text' | 'json'

/** Options that JSON can hold. Each also has an environment name, see {@link OPTION_TABLE}. */
export interface ScalarOptions {
  /** The S3 bucket. Required to share the cache; without it each process keeps its own in memory. */
  readonly bucket?: string | undefined
  /** Text before every object key, at most 128 bytes. Everything outside `<prefix>v1/` is left alone. @default "" */
  readonly prefix?: string | undefined
  /** URL of an S3-compatible server; absent for AWS. */
  readonly endpoint?: string | undefined
  /** The bucket's region. With an endpoint `us-east-1` is assumed; else the AWS SDK looks for it. */
  readonly region?: string | undefined
  /** Names the bucket in the path, not in the host name. On by default for an endpoint outside amazonaws.com. */
  readonly forcePathStyle?: boolean | undefined
  /** Server-side encryption: `AES256` or `aws:kms`; absent leaves it to the bucket. */
  readonly encryption?: 'AES256' | 'aws:kms' | undefined
  /** The KMS key for `aws:kms`. */
  readonly kmsKeyId?: string | undefined
  /** Storage class of new objects, such as `STANDARD_IA`; absent leaves it to the bucket. */
  readonly storageClass?: string | undefined
  /** Account ID that must own the bucket; S3 refuses every request otherwise. */
  readonly expectedBucketOwner?: string | undefined
  /**
   * Reads objects through presigned URLs that are used again, at a fifth of the CPU time. Off: the AWS SDK signs each
   * read, as it always does for S3 Express. @default true
   */
  readonly presignedReads?: boolean | undefined
  /** Longest wait for one operation of the store, retries included, in milliseconds. @default 2000 */
  readonly timeoutMs?: number | undefined
  /**
   * How old the view of what other instances invalidated may be, in milliseconds: so long after `revalidateTag` another
   * one may serve the old. 0: every request looks. @default 1000
   */
  readonly tagRefreshMs?: number | undefined
  /** Longest wait for unfinished writes when the process ends, in milliseconds. @default 5000 */
  readonly drainMs?: number | undefined
  /** Bytes of entries kept in memory; 0 keeps none. @default 67108864 */
  readonly memoryMaxBytes?: number | undefined
  /** Bytes of entries that may wait for their write; more are not written. @default 67108864 */
  readonly pendingMaxBytes?: number | undefined
  /** Entries of this many bytes or more are compressed; 0 compresses all. @default 8192 */
  readonly compressMinBytes?: number | undefined
  /**
   * Whether objects carry a tag that says after how many days nobody will read them, so that S3 deletes them by itself:
   * see `s3-cache lifecycle`. The role needs `s3:PutObjectTagging` then. @default false
   */
  readonly expiryTags?: boolean | undefined
  /** Name of this deployment, whose pages no other serves. By default Next's `deploymentId`, else its build ID. */
  readonly deployment?: string | undefined
  /** Whether deployments share `fetch` and image entries. @default true */
  readonly sharedData?: boolean | undefined
  /** Whether `next build` uses the bucket; by default it works without one. @default false */
  readonly storeDuringBuild?: boolean | undefined
  /** Turns the cache off: every `get` is a miss, every `set` does nothing. @default false */
  readonly disabled?: boolean | undefined
  /** What to log: `silent`, `error`, `warn`, `info` or `debug`, which tells every event. @default "info" */
  readonly log?: LogLevel | undefined
  /** How lines look on the console: `text`, or `json`, as pino writes them. A `logger` gets the texts. @default "text" */
  readonly logFormat?: LogFormat | undefined
}

/** Options of `createCacheHandler`. */
export interface CacheHandlerOptions extends ScalarOptions {
  /** Takes the lines that `log` lets through. @default console */
  readonly logger?: Logger | null | undefined
  /** Called with every event. What it throws or rejects with is logged. */
  readonly onEvent?: ((event: CacheEvent) => unknown) | null | undefined
}

/** Every option with a value, defaults filled in; only what may stay unset is optional. */
export interface ResolvedOptions {
  readonly bucket: string | undefined
  readonly prefix: string
  readonly endpoint: string | undefined
  readonly region: string | undefined
  readonly forcePathStyle: boolean
  readonly encryption: 'AES256' | 'aws:kms' | undefined
  readonly kmsKeyId: string | undefined
  readonly storageClass: string | undefined
  readonly expectedBucketOwner: string | undefined
  readonly presignedReads: boolean
  readonly timeoutMs: number
  readonly tagRefreshMs: number
  readonly drainMs: number
  readonly memoryMaxBytes: number
  readonly pendingMaxBytes: number
  readonly compressMinBytes: number
  readonly expiryTags: boolean
  readonly deployment: string | undefined
  readonly sharedData: boolean
  readonly storeDuringBuild: boolean
  readonly disabled: boolean
  readonly log: LogLevel
  readonly logFormat: LogFormat
}
