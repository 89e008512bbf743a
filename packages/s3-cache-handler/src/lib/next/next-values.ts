import type { Lifetime, Entry } from '../entry.ts'
import type { Judgement } from '../freshness/freshness.ts'
import type { EntryKind } from '../keys/layout.ts'
import { isObject } from '../is-object.ts'
import { fromStoredImage, isStoredImage } from './image-value.ts'
import { nextNow } from './next-now.ts'

/** What Next passes to `get`, of the kinds of Next 16.4. */
export interface GetContext {
  readonly kind: 'APP_PAGE' | 'APP_ROUTE' | 'PAGES' | 'FETCH' | 'IMAGE'
  /** Of a page: whether its fallback shell is asked for. */
  readonly isFallback?: boolean | undefined
  readonly isRoutePPREnabled?: boolean | undefined
  /** FETCH only: seconds, 4294967294 for no limit. */
  readonly revalidate?: number | false | undefined
  readonly tags?: readonly string[] | undefined
  /** FETCH only: tags of the path that reads, which the entry does not carry. */
  readonly softTags?: readonly string[] | undefined
}

/** What Next passes to `set`. */
export interface SetContext {
  readonly kind?: GetContext['kind'] | undefined
  /** True for `fetch` and `unstable_cache`, whose tags are here and not in the value. */
  readonly fetchCache?: boolean | undefined
  readonly tags?: readonly string[] | undefined
  readonly cacheControl?: Lifetime | undefined
}

/** A value of Next's: a page, a route handler's response, fetched data, an image, a redirect; `null` is "not found". */
export type NextValue = { readonly kind: string; readonly [field: string]: unknown } | null

/** What `get` answers with. Next judges the age by `lastModified` and `cacheControl` itself. */
export interface HandlerValue {
  readonly lastModified: number
  readonly value: NextValue
  readonly cacheControl?: Lifetime
}

const TAGS_HEADER = 'x-next-cache-tags'

export function kindOf({ kind, fetchCache }: SetContext): EntryKind {
  if (fetchCache === true || kind === 'FETCH') return 'fetch'
  return kind === 'IMAGE' ? 'image' : 'page'
}

/**
 * Next gives the tags of data in the context, and those of a response only in its header. Their order there stays: a tag
 * with a comma in it is found again by that.
 */
export function tagsOf(value: NextValue, { tags = [] }: SetContext): readonly string[] {
  const headers = value?.['headers'] as Readonly<Record<string, unknown>> | undefined
  const header = headers?.[TAGS_HEADER]
  const inHeader = typeof header === 'string' && header !== '' ? header.split(',') : []
  return [...tags, ...inHeader.filter((tag) => !tags.includes(tag))]
}

/** Data carries its lifetime in the value, all else in the context. */
export function lifetimeOf(value: NextValue, { cacheControl }: SetContext): Lifetime | undefined {
  const revalidate = value?.['revalidate']
  return cacheControl ?? (typeof revalidate === 'number' ? { revalidate } : undefined)
}

/** The reader's lifetime, which of data counts more than the one it was stored with; as Next reads it, 0 is none. */
export function readerLifetime({ kind, revalidate }: GetContext): Lifetime | undefined {
  return kind === 'FETCH' && revalidate ? { revalidate } : undefined
}

/** A time of the store's as Next's own clock would tell it: so it is the age that is handed over, not the stamp. */
export const toNextTime = (time: number, now: number): number => nextNow() - (now - time)

/**
 * An entry as Next wants it.
 * @param now By the clock that stamped the entry.
 */
export function toHandlerValue(entry: Entry, judgement: Judgement, context: GetContext, now: number): HandlerValue {
  const ageMs = now - entry.lastModified
  const lifetime = readerLifetime(context) ?? entry.lifetime
  const looks =
    judgement.byTags === 'stale' && judgement.byTime !== 'expired'
      ? asStale(ageMs, lifetime, context.kind === 'FETCH')
      : { ageMs, lifetime: entry.lifetime }
  return {
    lastModified: toNextTime(now - looks.ageMs, now),
    value: toNextValue(entry),
    ...(looks.lifetime !== undefined && { cacheControl: looks.lifetime }),
  }
}

/** A stale entry that another instance renders anew, as if it were fresh for a moment: then it is looked for again. */
export function toServedMeanwhile(entry: Entry, now: number): HandlerValue {
  const { expire } = entry.lifetime ?? {}
  const ageSeconds = (now - entry.lastModified) / 1000
  return {
    lastModified: toNextTime(now, now),
    value: toNextValue(entry),
    cacheControl: {
      revalidate: 1,
      expire: expire === undefined ? undefined : Math.max(2, Math.floor(expire - ageSeconds)),
    },
  }
}

/**
 * All requests are given the same bytes, segments and data, as by Next's own memory cache: copying them was the dearest
 * part of a hit. Its fields and its headers each may change for itself.
 */
function toNextValue({ value }: Entry): NextValue {
  if (isStoredImage(value)) return fromStoredImage(value)
  const shared = value as NextValue
  if (shared === null) return null
  const own: { readonly kind: string; headers?: unknown } = { ...shared }
  if (isObject(own.headers)) own.headers = { ...own.headers }
  return own
}

interface Looks {
  readonly ageMs: number
  readonly lifetime: Lifetime | undefined
}

/**
 * Next has no way to be told "stale": it compares ages only. So the entry is made to look just older than its
 * `revalidate`; where it has none, or would thereby look older than its `expire`, `revalidate` is made a second.
 */
function asStale(ageMs: number, lifetime: Lifetime | undefined, isData: boolean): Looks {
  const { revalidate, expire } = lifetime ?? { revalidate: false as const }
  const canLookStale = revalidate !== false && (isData || revalidate + 1 < (expire ?? Infinity))
  const staleAfterSeconds = canLookStale ? revalidate : 1
  return {
    ageMs: Math.max(ageMs, (staleAfterSeconds + (isData ? 1 : 0)) * 1000 + 1),
    lifetime: { revalidate: staleAfterSeconds, expire },
  }
}
