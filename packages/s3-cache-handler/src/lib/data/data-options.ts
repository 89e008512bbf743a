import { InvalidOptionError } from '../errors.ts'
import { headerSafe } from '../header-safe.ts'
import { isPlainObject } from '../plain-object.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import { flag, MAX_TIMER_MS, OPTION_TABLE, type OptionSpec, wholeNumber } from '../options/option-table.ts'
import type { CacheHandlerOptions, ResolvedOptions } from '../options/options.ts'
import { readOption, rejectUnknown, resolveOptions, show } from '../options/resolve-options.ts'
import type { TypeCodec } from './devalue-codec.ts'
import { type Duration, toSeconds } from './duration.ts'
import type { TextCodec } from './value-codec.ts'

/** What concerns Next's entries alone. */
type NextOnly = 'deployment' | 'sharedData' | 'storeDuringBuild'

/** Options of `createS3Cache`. Those that are texts, numbers and booleans have environment names, too. */
export interface S3CacheOptions extends Omit<CacheHandlerOptions, NextOnly> {
  /** Where entries are kept instead of a bucket: `memoryStore()`, `fsStore()`, `nullStore()` or one of your own. */
  readonly store?: ObjectStore | undefined
  /** What holds for every `set` and `remember` that does not say otherwise. */
  readonly defaults?: DataDefaults | undefined
  /**
   * How long after another process's `set`, `add`, `inc` or `delete` this one may answer with what it has in memory, in
   * milliseconds. 0: every read asks the store. @default 1000
   */
  readonly memoryCheckMs?: number | undefined
  /** Whether a read that meets an expired entry deletes it, in the background. @default false */
  readonly purgeExpiredOnRead?: boolean | undefined
  /** Whether a store that fails makes a read a miss and a `set` resolve `false`; else both reject. @default true */
  readonly failOpen?: boolean | undefined
  /** Replaces a key before anything else is done with it, as where keys hold what must not be in object names. */
  readonly hashKey?: ((key: string) => string) | undefined
  /** What values that are no bytes and no strings are stored with. @default devalue */
  readonly codec?: TextCodec | undefined
  /** Types of your own for the default codec, by the name that is stored. */
  readonly types?: Readonly<Record<string, TypeCodec>> | undefined
}

/** Durations are in seconds, or texts such as `'5m'`. */
export interface DataDefaults {
  /** How long an entry is fresh; `null` for ever, 0 stores nothing. @default 300, or CACHE_DEFAULT_TIMEOUT */
  readonly ttl?: Duration | null | undefined
  /** How long after that `remember` serves it while it makes a new one. @default 0 */
  readonly swr?: Duration | undefined
  /** How long after its `ttl` `remember` serves it where making a new one fails. @default 0 */
  readonly staleIfError?: Duration | undefined
  /** Tags that every entry carries. @default [] */
  readonly tags?: readonly string[] | undefined
}

/** Durations in seconds, Infinity for ever. */
export interface ResolvedDefaults {
  readonly ttl: number
  readonly swr: number
  readonly staleIfError: number
  readonly tags: readonly string[]
}

export interface ResolvedDataOptions {
  readonly defaults: ResolvedDefaults
  readonly memoryCheckMs: number
  readonly purgeExpiredOnRead: boolean
  readonly failOpen: boolean
}

/** The options of the data cache alone that the environment can set. */
export const DATA_OPTION_TABLE: {
  readonly memoryCheckMs: OptionSpec<number>
  readonly purgeExpiredOnRead: OptionSpec<boolean>
  readonly failOpen: OptionSpec<boolean>
} = {
  memoryCheckMs: wholeNumber('CACHE_MEMORY_CHECK_MS', 0, MAX_TIMER_MS),
  purgeExpiredOnRead: flag('CACHE_PURGE_EXPIRED_ON_READ'),
  failOpen: flag('CACHE_FAIL_OPEN'),
}

/** The seed library's name for the default `ttl`. There 0 means for ever, as in Flask. */
const DEFAULT_TIMEOUT: OptionSpec<number> = wholeNumber('CACHE_DEFAULT_TIMEOUT', 0)

const OTHERS = ['store', 'defaults', 'hashKey', 'codec', 'types', 'logger', 'onEvent']
const NEXT_ONLY: readonly string[] = ['deployment', 'sharedData', 'storeDuringBuild']

type Env = Readonly<Record<string, string | undefined>>

/** Reads every option from where it is set first, checks it and fills in defaults. Throws {@link InvalidOptionError}. */
export function resolveDataOptions(
  call: S3CacheOptions,
  env: Env,
): { readonly options: ResolvedOptions; readonly data: ResolvedDataOptions } {
  const common = Object.keys(OPTION_TABLE).filter((name) => !NEXT_ONLY.includes(name))
  rejectUnknown('createS3Cache', call, [...common, ...Object.keys(DATA_OPTION_TABLE), ...OTHERS])
  const given = Object.entries(call).filter(
    ([name]) => common.includes(name) || name === 'logger' || name === 'onEvent',
  )
  const read = <T>(name: keyof typeof DATA_OPTION_TABLE, spec: OptionSpec<T>): T | undefined =>
    readOption(name, spec, { call: call[name], env })
  requireFunction('hashKey', call.hashKey)
  requireMethods('store', call.store, ['get', 'head', 'list', 'put', 'delete', 'deleteMany'])
  requireMethods('codec', call.codec, ['stringify', 'parse'])
  if (call.codec !== undefined && (typeof call.codec.name !== 'string' || call.codec.name === '')) {
    throw new InvalidOptionError('codec', `"codec" must have a name, got ${show(call.codec)}`)
  }
  requireTypes(call.types)
  return {
    options: resolveOptions({ call: Object.fromEntries(given), env: withoutNextOnly(env) }),
    data: {
      defaults: resolveDefaults(call.defaults ?? {}, env),
      memoryCheckMs: read('memoryCheckMs', DATA_OPTION_TABLE.memoryCheckMs) ?? 1000,
      purgeExpiredOnRead:
        read('purgeExpiredOnRead', DATA_OPTION_TABLE.purgeExpiredOnRead) ?? purgesByCacheOptions(env) ?? false,
      failOpen: read('failOpen', DATA_OPTION_TABLE.failOpen) ?? true,
    },
  }
}

/** So that a deployment's name gives no second copy of the memory in front. */
function withoutNextOnly(env: Env): Env {
  const variables = NEXT_ONLY.map((name) => OPTION_TABLE[name as NextOnly].env)
  return Object.fromEntries(Object.entries(env).filter(([name]) => !variables.includes(name)))
}

function resolveDefaults(defaults: DataDefaults, env: Env): ResolvedDefaults {
  if (typeof defaults !== 'object' || !isPlainObject(defaults)) {
    throw new InvalidOptionError('defaults', `"defaults" must be an object, got ${show(defaults)}`)
  }
  rejectUnknown('"defaults"', defaults, ['ttl', 'swr', 'staleIfError', 'tags'])
  const { ttl, swr = 0, staleIfError = 0, tags = [] } = defaults
  return {
    ttl: ttl === undefined ? defaultTtl(env) : ttlSeconds('defaults.ttl', ttl),
    swr: toSeconds('defaults.swr', swr),
    staleIfError: toSeconds('defaults.staleIfError', staleIfError),
    tags: checkedTags('defaults.tags', tags),
  }
}

function defaultTtl(env: Env): number {
  const seconds = readOption('defaults.ttl', DEFAULT_TIMEOUT, { call: undefined, env }) ?? 300
  return seconds === 0 ? Infinity : seconds
}

/** `null` stands for ever. */
export const ttlSeconds = (name: string, ttl: Duration | null): number =>
  ttl === null ? Infinity : toSeconds(name, ttl)

/** As Next writes them, so that a tag is the same for its entries and ours. Throws {@link InvalidOptionError}. */
export function checkedTags(name: string, tags: readonly string[]): readonly string[] {
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string' && tag !== '')) return tags.map(headerSafe)
  throw new InvalidOptionError(name, `"${name}" must be an array of non-empty strings, got ${show(tags)}`)
}

/** Undefined where the variable does not say. */
function purgesByCacheOptions({ CACHE_OPTIONS: text = '' }: Env): boolean | undefined {
  if (text === '') return undefined
  const fail = (what: string): InvalidOptionError =>
    new InvalidOptionError('purgeExpiredOnRead', `CACHE_OPTIONS ${what}, got ${show(text)}`)
  const options = parseJson(text)
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw fail('must be a JSON object')
  const unknown = Object.keys(options).find((name) => name !== 'purge_expired_on_read')
  if (unknown !== undefined) throw fail(`knows purge_expired_on_read alone, not ${show(unknown)}`)
  const { purge_expired_on_read: purges } = options as { purge_expired_on_read?: unknown }
  if (purges !== undefined && typeof purges !== 'boolean')
    throw fail('must have true or false in purge_expired_on_read')
  return purges
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function requireFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return
  throw new InvalidOptionError(name, `"${name}" must be a function, got ${show(value)}`)
}

function requireTypes(types: S3CacheOptions['types']): void {
  if (types === undefined) return
  const isType = (type: TypeCodec): boolean =>
    TYPE_METHODS.every((method) => typeof (type as TypeCodec | null)?.[method] === 'function')
  if (typeof types === 'object' && types !== null && Object.values(types).every(isType)) return
  const what = `must be objects with the methods ${TYPE_METHODS.join(', ')}, by name`
  throw new InvalidOptionError('types', `"types" ${what}, got ${show(types)}`)
}

const TYPE_METHODS = ['is', 'encode', 'decode'] as const

function requireMethods(name: string, value: object | undefined, methods: readonly string[]): void {
  if (value === undefined) return
  const missing = methods.find((method) => typeof value?.[method as never] !== 'function')
  if (missing === undefined) return
  throw new InvalidOptionError(name, `"${name}" must have the methods ${methods.join(', ')}, got ${show(value)}`)
}
