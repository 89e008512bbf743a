import { MAX_PREFIX_BYTES } from '../keys/layout.ts'
import type { LogFormat, LogLevel, ScalarOptions } from './options.ts'

/** How one option is read and checked. */
export interface OptionSpec<T> {
  /** Our own environment name: outranks what `withS3Cache` was given. */
  readonly env: string
  /**
   * Names that belong to the AWS SDK. Platforms set them for every program, so they count only where nothing else says
   * it: a bucket's region given to `withS3Cache` is not that of the machine.
   */
  readonly ambientEnv?: readonly string[]
  /** What a value must be, for error messages: "must be …". */
  readonly mustBe: string
  /** The value that a text from the environment stands for; undefined when it stands for none. */
  readonly parse: (text: string) => T | undefined
  readonly isValid: (value: unknown) => value is T
}

type Specs = { readonly [Name in keyof Required<ScalarOptions>]: OptionSpec<NonNullable<ScalarOptions[Name]>> }

/** The longest that a timer of Node's can run; a longer one ends at once. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1
const LOG_FORMATS: readonly LogFormat[] = ['text', 'json']
const LOG_LEVELS: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'debug']
const ENCRYPTIONS = ['AES256', 'aws:kms'] as const

/** The one table that parsing, checking and the README's list of options come from. */
export const OPTION_TABLE: Specs = {
  bucket: text('CACHE_S3_BUCKET'),
  prefix: {
    ...text('CACHE_KEY_PREFIX'),
    mustBe: `a string of at most ${MAX_PREFIX_BYTES} bytes that does not start with "/"`,
    isValid: (value): value is string =>
      typeof value === 'string' &&
      Buffer.byteLength(value) <= MAX_PREFIX_BYTES &&
      !value.startsWith('/') &&
      // Not so with an unpaired surrogate, which no request can carry.
      Buffer.from(value).toString() === value,
  },
  endpoint: {
    ...text('CACHE_S3_ENDPOINT_URL', ['AWS_ENDPOINT_URL_S3']),
    mustBe: 'an http or https URL',
    isValid: (value): value is string => typeof value === 'string' && /^https?:$/.test(protocolOf(value)),
  },
  region: text('CACHE_REGION', ['AWS_REGION', 'AWS_DEFAULT_REGION']),
  forcePathStyle: flag('CACHE_S3_FORCE_PATH_STYLE'),
  encryption: oneOf('CACHE_ENCRYPTION', ENCRYPTIONS),
  kmsKeyId: text('CACHE_KMS_KEY_ID'),
  storageClass: text('CACHE_STORAGE_CLASS'),
  expectedBucketOwner: text('CACHE_EXPECTED_BUCKET_OWNER'),
  presignedReads: flag('CACHE_PRESIGNED_READS'),
  timeoutMs: wholeNumber('CACHE_TIMEOUT_MS', 1, MAX_TIMER_MS),
  tagRefreshMs: wholeNumber('CACHE_TAG_REFRESH_MS', 0, MAX_TIMER_MS),
  drainMs: wholeNumber('CACHE_DRAIN_MS', 0, MAX_TIMER_MS),
  memoryMaxBytes: wholeNumber('CACHE_MEMORY_MAX_BYTES', 0),
  pendingMaxBytes: wholeNumber('CACHE_PENDING_MAX_BYTES', 1),
  compressMinBytes: wholeNumber('CACHE_COMPRESS_MIN_BYTES', 0),
  expiryTags: flag('CACHE_EXPIRY_TAGS'),
  deployment: text('CACHE_DEPLOYMENT'),
  sharedData: flag('CACHE_SHARED_DATA'),
  storeDuringBuild: flag('CACHE_STORE_DURING_BUILD'),
  disabled: flag('CACHE_S3_DISABLED'),
  log: oneOf('CACHE_LOG', LOG_LEVELS),
  logFormat: oneOf('CACHE_LOG_FORMAT', LOG_FORMATS),
}

function text(env: string, ambientEnv: readonly string[] = []): OptionSpec<string> {
  return {
    env,
    ambientEnv,
    mustBe: 'a non-empty string',
    parse: (value) => value,
    isValid: (value): value is string => typeof value === 'string' && value !== '',
  }
}

export function flag(env: string): OptionSpec<boolean> {
  return {
    env,
    mustBe: '1, 0, true or false',
    parse: (value) => ({ '1': true, true: true, '0': false, false: false })[value],
    isValid: (value): value is boolean => typeof value === 'boolean',
  }
}

export function wholeNumber(env: string, min: number, max: number = Number.MAX_SAFE_INTEGER): OptionSpec<number> {
  return {
    env,
    mustBe:
      max === Number.MAX_SAFE_INTEGER ? `a whole number of ${min} or more` : `a whole number from ${min} to ${max}`,
    parse: (value) => (/^\d+$/.test(value) ? Number(value) : undefined),
    isValid: (value): value is number =>
      Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
  }
}

function oneOf<T extends string>(env: string, values: readonly T[]): OptionSpec<T> {
  const isOne = (value: unknown): value is T => values.includes(value as T)
  return {
    env,
    mustBe: `one of ${values.join(', ')}`,
    parse: (value) => (isOne(value) ? value : undefined),
    isValid: isOne,
  }
}

const protocolOf = (url: string): string => (URL.canParse(url) ? new URL(url).protocol : '')
