/** What a response's `Cache-Control` says to a cache: https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2 */
export interface CacheControl {
  readonly isPublic: boolean
  /** With or without names of fields. */
  readonly isPrivate: boolean
  readonly noStore: boolean
  /** With or without names of fields. */
  readonly noCache: boolean
  /** `must-revalidate` or `proxy-revalidate`: what is stale may not be served. */
  readonly mustRevalidate: boolean
  readonly immutable: boolean
  /** Seconds, as all that follow. */
  readonly maxAge: number | undefined
  readonly sMaxAge: number | undefined
  /** https://www.rfc-editor.org/rfc/rfc5861 */
  readonly staleWhileRevalidate: number | undefined
  readonly staleIfError: number | undefined
}

/** A directive with its argument, which may be quoted and then hold commas. */
const DIRECTIVE = /([^\s,;="]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?/g
/** https://www.rfc-editor.org/rfc/rfc9111#section-1.2.2 */
const MAX_SECONDS = 2 ** 31

export function parseCacheControl(field: string | null): CacheControl {
  const directives = new Map<string, string | undefined>()
  for (const [, name = '', quoted, token] of (field ?? '').matchAll(DIRECTIVE)) {
    const known = name.toLowerCase()
    // Of several the first counts: https://www.rfc-editor.org/rfc/rfc9111#section-4.2.1
    if (!directives.has(known)) directives.set(known, quoted ?? token)
  }
  const seconds = (name: string): number | undefined =>
    directives.has(name) ? secondsOf(directives.get(name)) : undefined
  return {
    isPublic: directives.has('public'),
    isPrivate: directives.has('private'),
    noStore: directives.has('no-store'),
    noCache: directives.has('no-cache'),
    mustRevalidate: directives.has('must-revalidate') || directives.has('proxy-revalidate'),
    immutable: directives.has('immutable'),
    maxAge: seconds('max-age'),
    sMaxAge: seconds('s-maxage'),
    staleWhileRevalidate: seconds('stale-while-revalidate'),
    staleIfError: seconds('stale-if-error'),
  }
}

/** What is no number is as good as none left: https://www.rfc-editor.org/rfc/rfc9111#section-4.2.1 */
const secondsOf = (text = ''): number => (/^\d+$/.test(text) ? Math.min(Number(text), MAX_SECONDS) : 0)
