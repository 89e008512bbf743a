import type { Whole } from '../data/body-value.ts'
import { type Audience, revalidatedByBrowsers } from './browser-headers.ts'
import { type CacheStatus, withCacheStatus } from './cache-status.ts'
import { isNotModified, notModifiedHeaders } from './conditional.ts'
import { discard } from './kept-body.ts'
import type { ResolvedResponseOptions } from './response-options.ts'
import { type ResponseHead, toBody, toHeaders } from './stored-response.ts'

/** Names tags for this cache alone. */
const OWN_TAGS = 'x-cache-tags'

export interface Delivery {
  readonly request: Request
  readonly status: CacheStatus
  /** Who may keep it, where the browser has to ask before each use; undefined where what it says of that stands. */
  readonly audience: Audience | undefined
  readonly options: Pick<ResolvedResponseOptions, 'browser' | 'cacheStatus'>
}

/** A response that was made for who asked. */
export function deliverMade(made: Response, delivery: Delivery): Response {
  // An upgrade to a WebSocket, or an error of the network: no such response can be made anew.
  if (made.status < 200 || made.status > 599) return made
  const headers = new Headers(made.headers)
  complete(headers, delivery)
  if (made.status === 200 && isNotModified(delivery.request.headers, headers)) {
    discard(made.body)
    return new Response(null, { status: 304, headers: notModifiedHeaders(headers) })
  }
  return new Response(made.body, { status: made.status, statusText: made.statusText, headers })
}

/**
 * A response that others may be given, too.
 * @param age In seconds; undefined for what was made just now.
 */
export function deliverStored(
  { head, bytes }: Whole<ResponseHead>,
  age: number | undefined,
  delivery: Delivery,
): Response {
  const { status, statusText } = head
  const headers = toHeaders(head.headers)
  if (age !== undefined) headers.set('age', String(age + head.age))
  complete(headers, delivery)
  const { request } = delivery
  if (status === 200 && isNotModified(request.headers, headers)) {
    return new Response(null, { status: 304, headers: notModifiedHeaders(headers) })
  }
  if (bytes.length > 0) headers.set('content-length', String(bytes.length))
  return new Response(request.method === 'HEAD' ? null : toBody(bytes), { status, statusText, headers })
}

function complete(headers: Headers, { status, audience, options }: Delivery): void {
  headers.delete(OWN_TAGS)
  if (audience !== undefined && options.browser === 'revalidate') revalidatedByBrowsers(headers, audience)
  const { cacheStatus } = options
  if (cacheStatus === undefined) return
  headers.set('cache-status', withCacheStatus(headers.get('cache-status'), cacheStatus, status))
}
