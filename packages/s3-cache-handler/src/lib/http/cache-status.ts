/** What a cache did for a request, as `Cache-Status` tells it: https://www.rfc-editor.org/rfc/rfc9211 */
export type CacheStatus =
  /** `ttl`: seconds that it is fresh for still; negative where it is stale. */
  | { readonly kind: 'hit'; readonly ttl: number; readonly detail?: string | undefined }
  | {
      readonly kind: 'forwarded'
      readonly why: 'bypass' | 'uri-miss' | 'stale'
      /** What the server answered; undefined where it threw. */
      readonly status: number | undefined
      /** Whether another request's answer was used. */
      readonly isCollapsed?: boolean | undefined
      readonly detail?: string | undefined
    }

/** The field with one more member: those of the caches nearer to the origin come first. */
export function withCacheStatus(present: string | null, name: string, status: CacheStatus): string {
  const member = [token(name), ...parametersOf(status)].join('; ')
  return present === null || present === '' ? member : `${present}, ${member}`
}

function parametersOf(status: CacheStatus): string[] {
  const detail = status.detail === undefined ? [] : [`detail=${token(status.detail)}`]
  if (status.kind === 'hit') {
    const ttl = Number.isFinite(status.ttl) ? [`ttl=${Math.trunc(status.ttl)}`] : []
    return ['hit', ...ttl, ...detail]
  }
  const collapsed = status.isCollapsed === true ? ['collapsed'] : []
  const answered = status.status === undefined ? [] : [`fwd-status=${status.status}`]
  return [`fwd=${status.why}`, ...answered, ...collapsed, ...detail]
}

/** As it is where it is a token, else quoted: https://www.rfc-editor.org/rfc/rfc9651#section-3.3 */
function token(text: string): string {
  if (/^[A-Za-z*][\w!#$%&'*+.^`|~:/-]*$/.test(text)) return text
  return `"${text.replaceAll(/[^\x20-\x7e]/g, '?').replaceAll(/["\\]/g, '\\$&')}"`
}
