import { createHash } from 'node:crypto'

/**
 * Whether whoever asks has it already: https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 * @param response The headers of what would be sent.
 */
export function isNotModified(request: Headers, response: Headers): boolean {
  const etags = request.get('if-none-match')
  if (etags !== null) {
    const etag = response.get('etag')
    return etag !== null && (etags.trim() === '*' || (etags.match(ETAG) ?? []).some((one) => isSame(one, etag)))
  }
  const since = Date.parse(request.get('if-modified-since') ?? '')
  // What is no date compares with nothing.
  return Date.parse(response.get('last-modified') ?? '') <= since
}

/** The headers of a 304: https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5 */
export function notModifiedHeaders(headers: Headers): Headers {
  return new Headers([...headers].filter(([name]) => !OF_CONTENT.test(name)))
}

/** Of the bytes alone, and weak: what compresses them on the way leaves it true. */
export const etagOf = (bytes: Uint8Array): string =>
  `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, ETAG_LENGTH)}"`

/** Headers by which a request would be answered with less than the whole. */
export const CONDITIONS: readonly string[] = [
  'if-none-match',
  'if-modified-since',
  'if-match',
  'if-unmodified-since',
  'if-range',
]

const ETAG = /(?:W\/)?"[^"]*"/g
/** 132 bits. */
const ETAG_LENGTH = 22
const OF_CONTENT = /^(content-(?!location$|security-policy)|last-modified$)/

/** Weakly: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.2 */
const isSame = (one: string, other: string): boolean => one.replace(/^W\//, '') === other.replace(/^W\//, '')
