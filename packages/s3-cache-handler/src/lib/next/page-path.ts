import { encodeKey, encodeKeyPrefix } from '../keys/encode-key.ts'
import { headerSafe } from '../header-safe.ts'

/** Since 16.3.8 Next scopes the keys of responses to their route: `/route-cache/<kind>/<sha256 of the route>/$/<path>`. */
const ROUTE_KEY = /^\/route-cache\/[^/]+\/[0-9a-f]{64}\/\$(\/.*)$/s

/**
 * The path of the page that Next gave this key: as a browser asks for it, without `basePath`. Next calls the front page
 * `/index`, and what is really called so `/index/index`.
 */
export function pagePath(key: string): string {
  const path = ROUTE_KEY.exec(key)?.[1] ?? key
  if (path === '/index') return '/'
  return path.startsWith('/index/') ? path.slice('/index'.length) : path
}

/**
 * The tags that `revalidatePath` of a page's own path, or of everything, stands for. Next writes them into the entries of
 * the App Router itself; those of the Pages Router carry none.
 *
 * @param defaultLocale Keys always name the locale; browsers leave out this one.
 */
export function implicitTags(path: string, defaultLocale?: string): string[] {
  const paths = [path, ...withoutLocale(path, defaultLocale)]
  return [
    '_N_T_/layout',
    ...paths.map((each) => `_N_T_${headerSafe(each)}`),
    ...(paths.includes('/') ? ['_N_T_/index'] : []),
  ]
}

function withoutLocale(path: string, locale: string | undefined): string[] {
  if (locale === undefined) return []
  if (path === `/${locale}`) return ['/']
  return path.startsWith(`/${locale}/`) ? [path.slice(locale.length + 1)] : []
}

/** The ways in which a path may stand in a key: decoded, as those of the Pages Router, or as browsers send it. */
export function spellings(path: string): string[] {
  const decoded = orUnchanged(decodeURIComponent, path)
  return [...new Set([path, decoded, orUnchanged(encodeURI, decoded)])]
}

/** Neither takes every text: a stray percent sign, half a surrogate pair. */
function orUnchanged(change: (text: string) => string, text: string): string {
  try {
    return change(text)
  } catch {
    return text
  }
}

/** Which pages are wanted: the one at a path, or all whose path begins so. */
export type WantedPages =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'prefix'; readonly prefix: string }

/** What an encoded key of a response begins with, up to its path: nothing of it is escaped but the first slash. */
const ENCODED_HEAD = /^%2F(route-cache\/[^/]+\/[0-9a-f]{64}\/\$)/

/** Tells by its encoded key whether a page is wanted. */
export function isWantedPage(encodedKey: string, wanted: WantedPages): boolean {
  const head = ENCODED_HEAD.exec(encodedKey)?.[1]
  const start = head === undefined ? '' : `/${head}`
  const isFrontPage = encodedKey === encodeKey(`${start}/index`)
  if (isFrontPage) return (wanted.kind === 'path' ? wanted.path : wanted.prefix) === '/'
  if (wanted.kind === 'path')
    return spellings(wanted.path).some((path) => encodedKey === encodeKey(start + keyPath(path)))
  const begins = (path: string): boolean => encodedKey.startsWith(encodeKeyPrefix(start + path))
  // Of what begins so, `/index` itself and what is below it stand in another place than `/indexes`.
  if (wanted.prefix === '/index' && begins('/index') && !begins('/index/')) return true
  return spellings(wanted.prefix).some((prefix) => begins(keyPath(prefix)))
}

/** The reverse of {@link pagePath}, but for the front page. */
const keyPath = (path: string): string => (/^\/index(\/|$)/.test(path) ? `/index${path}` : path)

/** A path as Next knows it: without the slash that browsers may have at its end. */
export const withoutEndSlash = (path: string): string => path.replace(/(?<=.)\/$/, '')
