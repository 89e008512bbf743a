import type { Key } from '../keys/key-text.ts'
import { isListed } from './name-list.ts'

/** Which parameters of the query tell responses apart. A name that ends in `*` stands for all that begin so. */
export interface QueryRule {
  /** These alone. @default all but those of `exclude` */
  readonly include?: readonly string[] | undefined
  /** All but these and `utm_*`. */
  readonly exclude?: readonly string[] | undefined
}

/** How a header that tells responses apart is read: what it gives for a value is part of the key. */
export type Vary = ReadonlyMap<string, (value: string | null) => string | null>

/** Campaigns name themselves so: https://support.google.com/analytics/answer/10917952 */
const CAMPAIGN = ['utm_*']

/** One text for all URLs that are answered alike: without what does not count, parameters in the order of their names. */
export function normalizedUrl(url: URL, rule: QueryRule, counting: readonly string[] = []): string {
  const kept = new URLSearchParams([...url.searchParams].filter(([name]) => counts(name, rule, counting)))
  // Stable: two values of one name are in an order that means something.
  kept.sort()
  const query = kept.toString()
  return `${url.origin}${url.pathname}${query === '' ? '' : `?${query}`}`
}

/**
 * What a server may be told of a URL whose response is for all who ask for the same: it could put the rest into its links.
 * To the letter as it was asked for, where there is no rest.
 */
export function countingUrl(url: URL, rule: QueryRule, counting: readonly string[] = []): string {
  const others = [...url.searchParams.keys()].filter((name) => !counts(name, rule, counting))
  if (others.length === 0) return url.href
  const told = new URL(url)
  for (const name of others) told.searchParams.delete(name)
  return told.href
}

function counts(name: string, { include, exclude = [] }: QueryRule, counting: readonly string[]): boolean {
  if (counting.includes(name)) return true
  return include === undefined ? !isListed(name, [...CAMPAIGN, ...exclude]) : isListed(name, include)
}

/** What tells one response from all others. */
export interface ResponseId {
  /** As {@link normalizedUrl} gives it. */
  readonly url: string
  /** Whether it is the data of a page, and not what a browser shows. */
  readonly isData: boolean
  /** '' for none. */
  readonly buildId: string
  readonly headers: Headers
  readonly vary: Vary
  readonly cookies: readonly (readonly [string, string])[]
}

/** The URL comes first, so that what belongs together is listed together. */
export function responseKey({ url, isData, buildId, headers, vary, cookies }: ResponseId): Key {
  const varied = Array.from(vary, ([name, read]) => [name, read(headers.get(name))])
  return ['http', url, isData ? 'data' : 'page', buildId, varied, cookies]
}

/** What {@link responseKey} was given; undefined for a key of something else. */
export function responseOfKey(key: Key): Pick<ResponseId, 'url' | 'isData' | 'buildId'> | undefined {
  if (typeof key === 'string') return undefined
  const [what, url, kind, buildId, ...others] = key
  const isResponse = what === 'http' && (kind === 'data' || kind === 'page') && others.length === 2
  if (!isResponse || typeof url !== 'string' || typeof buildId !== 'string') return undefined
  return { url, isData: kind === 'data', buildId }
}
