import { type CacheControl, parseCacheControl } from './cache-control.ts'

/** How long a response is fresh, and what it is good for afterwards. In seconds, Infinity for ever. */
export interface ResponseLifetime {
  readonly ttl: number
  /** Served so long after its `ttl` while a new one is made. */
  readonly swr: number
  /** Served so long after its `ttl` where making a new one fails. */
  readonly staleIfError: number
}

/** The least that a cache keeps anything for: a `ttl` of 0 would store nothing, also where it may be served stale. */
const MIN_TTL = 0.001

/**
 * What the response says of itself comes before what was said for those that say nothing. Undefined where it is not fresh
 * for a moment, and may not be served stale.
 */
export function responseLifetime(headers: Headers, unsaid: ResponseLifetime): ResponseLifetime | undefined {
  const control = parseCacheControl(headers.get('cache-control'))
  const said = control.sMaxAge ?? control.maxAge ?? secondsByExpires(headers)
  const ttl = Math.max(0, said === undefined ? unsaid.ttl : said - ageOf(headers))
  const { swr, staleIfError } = staleTimes(control, unsaid)
  // Who says that it is not fresh means it, unless it says as well that it may be stale.
  if (ttl === 0 && (swr === 0 || control.staleWhileRevalidate === undefined)) return undefined
  return { ttl: Math.max(MIN_TTL, ttl), swr, staleIfError }
}

/** How old a response was when it came, by the caches that it passed: in seconds. */
export function ageOf(headers: Headers): number {
  const age = headers.get('age') ?? ''
  return /^\d+$/.test(age) ? Number(age) : 0
}

/** https://www.rfc-editor.org/rfc/rfc9111#section-4.2.4 */
function staleTimes(control: CacheControl, unsaid: ResponseLifetime): Pick<ResponseLifetime, 'swr' | 'staleIfError'> {
  if (control.mustRevalidate) return { swr: 0, staleIfError: 0 }
  return {
    swr: control.staleWhileRevalidate ?? unsaid.swr,
    staleIfError: control.staleIfError ?? unsaid.staleIfError,
  }
}

/** https://www.rfc-editor.org/rfc/rfc9111#section-5.3 */
function secondsByExpires(headers: Headers): number | undefined {
  const expires = headers.get('expires')
  if (expires === null) return undefined
  const from = Date.parse(headers.get('date') ?? '')
  const seconds = (Date.parse(expires) - (Number.isNaN(from) ? Date.now() : from)) / 1000
  // What is no date is in the past.
  return seconds > 0 ? seconds : 0
}
