import type { LockOptions } from '../data/data-cache.ts'
import { checkedTags, ttlSeconds } from '../data/data-options.ts'
import { type Duration, toSeconds } from '../data/duration.ts'
import { lockOf } from '../data/remember-options.ts'
import { demand } from '../options/demand.ts'
import { rejectUnknown } from '../options/resolve-options.ts'
import type { QueryRule, Vary } from './cache-key.ts'
import type { ResponseKind } from './framework.ts'
import { DEFAULT_MAX_BYTES } from './kept-body.ts'
import type { CookiePolicy } from './request-cookies.ts'
import type { ResponseLifetime } from './response-lifetime.ts'

/** What is known of a request before it is answered. */
export interface ResponseAbout {
  readonly request: Request
  readonly url: URL
  /** `resource`, unless a framework's rules tell more. */
  readonly kind: ResponseKind
  /** The route's parameters, where middleware is told them. */
  readonly params?: Readonly<Record<string, string | undefined>> | undefined
  /** The route's pattern, where middleware is told it. */
  readonly pattern?: string | undefined
}

/** What holds for the responses to some requests. What it leaves out is as in the options. */
export interface ResponseRule {
  readonly ttl?: Duration | null | undefined
  readonly swr?: Duration | undefined
  readonly staleIfError?: Duration | undefined
  /** Beside those of the options and of the response. */
  readonly tags?: readonly string[] | undefined
}

/** Which responses are kept, for how long, and what tells them apart. Durations are in seconds, or texts such as `'5m'`. */
export interface ResponseCacheOptions {
  /**
   * How long a response is fresh that says nothing of it by `s-maxage`, `max-age` or `Expires`; `null` for ever, 0: it is
   * not stored. @default 0
   */
  readonly ttl?: Duration | null | undefined
  /** How long after that it is served while a new one is made, where it has no `stale-while-revalidate`. @default 0 */
  readonly swr?: Duration | undefined
  /** How long after its `ttl` it is served where the server fails, where it has no `stale-if-error`. @default 0 */
  readonly staleIfError?: Duration | undefined
  /** Whether to look for a request at all, or what holds for it. */
  readonly cache?: ((about: ResponseAbout) => boolean | ResponseRule) | undefined
  /** What `revalidateTag` calls the responses, beside the tags that they name in `Cache-Tag` or `X-Cache-Tags`. */
  readonly tags?: readonly string[] | ((about: ResponseAbout) => readonly string[]) | undefined
  /**
   * Headers of the request that tell responses apart; as an object, with what is made of their values. A response that
   * varies by any other is not stored. @default []
   */
  readonly vary?: readonly string[] | Readonly<Record<string, (value: string | null) => string | null>> | undefined
  /** What cookies mean. By default a request that has any is passed by. @default 'bypass' */
  readonly cookies?: CookiePolicy | undefined
  /** Which parameters of the query tell responses apart. @default all but `utm_*` */
  readonly query?: QueryRule | undefined
  /** Names the build: none is served the responses of another. @default none */
  readonly buildId?: string | (() => string | Promise<string>) | undefined
  /** Which responses are stored, by their status. @default [200, 301, 308] */
  readonly statuses?: readonly number[] | undefined
  /** The longest body that is stored, in bytes. So much of each is held until it is whole. @default 8388608 */
  readonly maxBytes?: number | undefined
  /**
   * `revalidate`: browsers ask before each use of what they keep, which costs a 304. `passthrough`: they are told what the
   * server says. What is `private`, `no-store` or `immutable` is never changed. @default 'revalidate'
   */
  readonly browser?: 'revalidate' | 'passthrough' | undefined
  /** What this cache is called in `Cache-Status`; `false` for no such header. @default 's3-cache' */
  readonly cacheStatus?: string | false | undefined
  /** Whether one process of the fleet alone makes what is missing or stale, as for `remember`. @default false */
  readonly lock?: boolean | LockOptions | undefined
  /** Longest wait for a new response where a stale one may be served instead. */
  readonly timeout?: Duration | undefined
}

export interface ResolvedResponseOptions {
  readonly unsaid: ResponseLifetime
  readonly ruleOf: (about: ResponseAbout) => boolean | ResponseRule
  readonly tagsOf: (about: ResponseAbout) => readonly string[]
  readonly vary: Vary
  readonly cookies: CookiePolicy
  readonly query: QueryRule
  readonly buildId: () => string | Promise<string>
  readonly statuses: readonly number[]
  readonly maxBytes: number
  readonly browser: 'revalidate' | 'passthrough'
  readonly cacheStatus: string | undefined
  readonly lock: boolean | LockOptions
  readonly timeout: Duration | undefined
}

const DEFAULT_STATUSES = [200, 301, 308]
/** A part of a response, and the word that it has not changed. */
const NEVER_WHOLE = [206, 304]
const NAMES: readonly (keyof ResponseCacheOptions)[] = [
  'ttl',
  'swr',
  'staleIfError',
  'cache',
  'tags',
  'vary',
  'cookies',
  'query',
  'buildId',
  'statuses',
  'maxBytes',
  'browser',
  'cacheStatus',
  'lock',
  'timeout',
]

/** Throws {@link InvalidOptionError}. */
export function resolveResponseOptions(options: ResponseCacheOptions): ResolvedResponseOptions {
  rejectUnknown('createResponseCache', options, NAMES)
  const { ttl = 0, swr = 0, staleIfError = 0, tags = [], buildId = '', timeout } = options
  const { cache = () => true, cookies = 'bypass', query = {}, statuses = DEFAULT_STATUSES } = options
  const { maxBytes = DEFAULT_MAX_BYTES, browser = 'revalidate', cacheStatus = 's3-cache', lock = false } = options
  demand(
    'statuses',
    Array.isArray(statuses) && statuses.every(isStatus),
    `whole numbers from 200 to 599 but for ${NEVER_WHOLE.join(', ')}`,
    statuses,
  )
  demand('maxBytes', Number.isSafeInteger(maxBytes) && maxBytes >= 0, 'a whole number of 0 or more', maxBytes)
  demand('browser', browser === 'revalidate' || browser === 'passthrough', 'revalidate or passthrough', browser)
  demand('cacheStatus', cacheStatus === false || isText(cacheStatus), 'false or a name', cacheStatus)
  demand(
    'cookies',
    isCookiePolicy(cookies),
    'bypass, ignore or an object with lists of names, vary and ignore',
    cookies,
  )
  demand('query', isLists(query, ['include', 'exclude']), 'an object with a list of names, include or exclude', query)
  demand('cache', typeof cache === 'function', 'a function', cache)
  demand('buildId', typeof buildId === 'string' || typeof buildId === 'function', 'a text or a function', buildId)
  // A call that is refused for it would be taken for a failure of the cache, which then would keep nothing.
  lockOf(lock)
  if (timeout !== undefined) toSeconds('timeout', timeout)
  if (typeof tags !== 'function') checkedTags('tags', tags)
  return {
    unsaid: {
      ttl: ttlSeconds('ttl', ttl),
      swr: toSeconds('swr', swr),
      staleIfError: toSeconds('staleIfError', staleIfError),
    },
    ruleOf: cache,
    tagsOf: typeof tags === 'function' ? tags : () => tags,
    vary: varyOf(options.vary ?? []),
    cookies,
    query,
    buildId: typeof buildId === 'function' ? buildId : () => buildId,
    statuses,
    maxBytes,
    browser,
    cacheStatus: cacheStatus === false ? undefined : cacheStatus,
    lock,
    timeout,
  }
}

/** What holds where neither the response nor its rule says more. Throws {@link InvalidOptionError}. */
export function unsaidBy(rule: ResponseRule, unsaid: ResponseLifetime): ResponseLifetime {
  rejectUnknown('A rule of "cache"', rule, ['ttl', 'swr', 'staleIfError', 'tags'])
  const { ttl, swr, staleIfError } = rule
  return {
    ttl: ttl === undefined ? unsaid.ttl : ttlSeconds('ttl', ttl),
    swr: swr === undefined ? unsaid.swr : toSeconds('swr', swr),
    staleIfError: staleIfError === undefined ? unsaid.staleIfError : toSeconds('staleIfError', staleIfError),
  }
}

function varyOf(vary: NonNullable<ResponseCacheOptions['vary']>): Vary {
  const isValid = isList(vary)
    ? vary.every(isText)
    : typeof vary === 'object' && Object.values(vary).every((read) => typeof read === 'function')
  demand('vary', isValid, 'a list of names, or an object with a function for each', vary)
  const entries = isList(vary) ? vary.map((name) => [name, asItIs] as const) : Object.entries(vary)
  return new Map(entries.map(([name, read]) => [name.toLowerCase(), read]))
}

const asItIs = (value: string | null): string | null => value

const isList = (vary: NonNullable<ResponseCacheOptions['vary']>): vary is readonly string[] => Array.isArray(vary)

const isStatus = (status: number): boolean =>
  Number.isInteger(status) && status >= 200 && status <= 599 && !NEVER_WHOLE.includes(status)

const isCookiePolicy = (policy: unknown): boolean =>
  policy === 'bypass' || policy === 'ignore' || isLists(policy, ['vary', 'ignore'])

const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''

/** Whether it has no other fields than these, and a list of names in each. */
const isLists = (value: unknown, fields: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(
    ([field, list]) => fields.includes(field) && (list === undefined || (Array.isArray(list) && list.every(isText))),
  )
