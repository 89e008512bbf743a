import { type QueryRule, normalizedUrl } from './cache-key.ts'

/**
 * What all responses of a page's URL carry, on any host, of any kind, build and variant: so `purge` needs no list of them.
 * No index objects are written for tags that begin so.
 */
export function pageTag(page: URL, { query }: { readonly query: QueryRule }): string {
  return `_url:${normalizedUrl(page, query).slice(page.origin.length)}`
}
