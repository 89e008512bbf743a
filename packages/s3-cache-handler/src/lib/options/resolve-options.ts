import { inspect } from 'node:util'
import { InvalidOptionError } from '../errors.ts'
import { OPTION_TABLE, type OptionSpec } from './option-table.ts'
import type { CacheHandlerOptions, ResolvedOptions, ScalarOptions } from './options.ts'

export interface OptionSources {
  /** Given to `createCacheHandler`: outranks the environment. */
  readonly call?: CacheHandlerOptions
  readonly env: Readonly<Record<string, string | undefined>>
  /** Given to `withS3Cache`: the environment outranks it. */
  readonly config?: ScalarOptions
}

/** Reads every option from where it is set first, checks it and fills in defaults. Throws {@link InvalidOptionError}. */
export function resolveOptions({ call = {}, env, config = {} }: OptionSources): ResolvedOptions {
  rejectUnknown('createCacheHandler', call, [...Object.keys(OPTION_TABLE), 'logger', 'onEvent'])
  rejectUnknown('withS3Cache', config, Object.keys(OPTION_TABLE))
  const set: ScalarOptions = Object.fromEntries(
    Object.keys(OPTION_TABLE).map((name) => [name, find(name as keyof ScalarOptions, call, env, config)]),
  )
  requireKmsForKey(set)
  requireFunctions(call)
  const { endpoint } = set
  return {
    bucket: set.bucket,
    prefix: set.prefix ?? '',
    endpoint,
    region: set.region ?? (endpoint === undefined ? undefined : 'us-east-1'),
    forcePathStyle: set.forcePathStyle ?? (endpoint !== undefined && !isAmazon(endpoint)),
    encryption: set.encryption,
    kmsKeyId: set.kmsKeyId,
    storageClass: set.storageClass,
    expectedBucketOwner: set.expectedBucketOwner,
    presignedReads: set.presignedReads ?? true,
    timeoutMs: set.timeoutMs ?? 2000,
    tagRefreshMs: set.tagRefreshMs ?? 1000,
    drainMs: set.drainMs ?? 5000,
    memoryMaxBytes: set.memoryMaxBytes ?? 64 * 1024 * 1024,
    pendingMaxBytes: set.pendingMaxBytes ?? 64 * 1024 * 1024,
    compressMinBytes: set.compressMinBytes ?? 8192,
    expiryTags: set.expiryTags ?? false,
    deployment: set.deployment,
    sharedData: set.sharedData ?? true,
    storeDuringBuild: set.storeDuringBuild ?? false,
    disabled: set.disabled ?? false,
    log: set.log ?? 'info',
    logFormat: set.logFormat ?? 'text',
  }
}

/** The error for a cache that is to be shared and has no bucket. */
export const missingBucket = (): InvalidOptionError =>
  new InvalidOptionError('bucket', `"bucket" (${OPTION_TABLE.bucket.env}) is not set, so nothing can be shared`)

function find<Name extends keyof ScalarOptions>(
  name: Name,
  call: ScalarOptions,
  env: OptionSources['env'],
  config: ScalarOptions,
): ScalarOptions[Name] {
  const spec = OPTION_TABLE[name] as OptionSpec<NonNullable<ScalarOptions[Name]>>
  return readOption(name, spec, { call: call[name], env, config: config[name] })
}

/** One option from where it is set first, checked. Throws {@link InvalidOptionError}. */
export function readOption<T>(
  name: string,
  spec: OptionSpec<T>,
  { call, env, config }: { readonly call: unknown; readonly env: OptionSources['env']; readonly config?: unknown },
): T | undefined {
  if (call !== undefined) return checked(name, spec, call)
  const { env: own, ambientEnv = [] } = spec
  const fromEnv = firstSet([own], env) ?? (config === undefined ? firstSet(ambientEnv, env) : undefined)
  if (fromEnv !== undefined) return checkedText(name, spec, fromEnv.variable, fromEnv.text)
  return config === undefined ? undefined : checked(name, spec, config)
}

/** An empty variable counts as unset: that is how Docker Compose and Kubernetes pass "none" along. */
function firstSet(
  variables: readonly string[],
  env: OptionSources['env'],
): { readonly variable: string; readonly text: string } | undefined {
  const variable = variables.find((candidate) => (env[candidate] ?? '') !== '')
  return variable === undefined ? undefined : { variable, text: env[variable] ?? '' }
}

function checked<T>(name: string, spec: OptionSpec<T>, value: unknown): T {
  if (spec.isValid(value)) return value
  throw new InvalidOptionError(name, `"${name}" must be ${spec.mustBe}, got ${show(value)}`)
}

function checkedText<T>(name: string, spec: OptionSpec<T>, variable: string, text: string): T {
  const value = spec.parse(text)
  if (value !== undefined && spec.isValid(value)) return value
  throw new InvalidOptionError(name, `"${name}" (${variable}) must be ${spec.mustBe}, got ${showText(text)}`)
}

/** As JSON would, where it can: NaN, a bigint or a circular object it cannot. */
export const show = (value: unknown): string =>
  typeof value === 'string' ? showText(value) : inspect(value, { depth: 0, breakLength: Infinity })

/** A URL may hold a password, which must not reach a log. */
const showText = (text: string): string => JSON.stringify(text.replace(/\/\/[^/@]*@/, '//***@'))

export function rejectUnknown(giver: string, options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown === undefined) return
  const known = names.join(', ')
  throw new InvalidOptionError(unknown, `${giver} knows no option "${unknown}"; it knows ${known}`)
}

/** What JSON cannot hold. Null counts as absent, as in `onEvent: enabled ? listener : null`. */
function requireFunctions({ logger, onEvent }: CacheHandlerOptions): void {
  const isLogger = LEVELS.every((level) => typeof logger?.[level] === 'function')
  if (logger != null && !isLogger) {
    throw new InvalidOptionError('logger', `"logger" must have the methods ${LEVELS.join(', ')}, got ${show(logger)}`)
  }
  if (onEvent != null && typeof onEvent !== 'function') {
    throw new InvalidOptionError('onEvent', `"onEvent" must be a function, got ${show(onEvent)}`)
  }
}

const LEVELS = ['error', 'warn', 'info', 'debug'] as const

function requireKmsForKey({ kmsKeyId, encryption }: ScalarOptions): void {
  if (kmsKeyId === undefined || encryption === 'aws:kms') return
  throw new InvalidOptionError('kmsKeyId', `"kmsKeyId" needs "encryption" to be aws:kms, got ${encryption ?? 'none'}`)
}

const isAmazon = (endpoint: string): boolean => /(^|\.)amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname)
