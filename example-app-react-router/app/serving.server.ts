import type { Route } from './+types/root'

/** Says in `Server-Timing`, which scripts can read, who has answered and whether the whole response was cached. */
export const reportServing: Route.MiddlewareFunction = async (_, next) => {
  const { status, statusText, headers, body } = await next()
  const reported = new Headers(headers)
  reported.append('server-timing', `instance;desc="${process.env['INSTANCE_NAME'] ?? '?'}"`)
  reported.append('server-timing', `page;desc="${stateOf(headers.get('cache-status') ?? '')}"`)
  return new Response(body, { status, statusText, headers: reported })
}

/** In the words of the Next edition. What is not kept says why: https://www.rfc-editor.org/rfc/rfc9211#section-2.8 */
function stateOf(cacheStatus: string): string {
  if (/; hit\b/.test(cacheStatus)) return /; ttl=-/.test(cacheStatus) ? 'STALE' : 'HIT'
  return cacheStatus === '' || /; detail=/.test(cacheStatus) ? 'dynamic' : 'MISS'
}
