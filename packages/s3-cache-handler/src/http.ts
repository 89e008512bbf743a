import type { S3Cache } from './lib/data/data-cache.ts'
import { anyServer } from './lib/http/framework.ts'
import { type ResponseCache, responseCache } from './lib/http/response-cache.ts'
import { resolveResponseOptions, type ResponseCacheOptions } from './lib/http/response-options.ts'
import { type WebCache, WebCacheOfEntries, type WebCacheOptions } from './lib/http/web-cache.ts'

export type { S3Cache } from './lib/data/data-cache.ts'
export type { Duration } from './lib/data/duration.ts'
export type { QueryRule } from './lib/http/cache-key.ts'
export type { ResponseKind } from './lib/http/framework.ts'
export type { CookiePolicy } from './lib/http/request-cookies.ts'
export type { CachedHandler, Handler, MiddlewareContext, ResponseCache } from './lib/http/response-cache.ts'
export type { ResponseAbout, ResponseCacheOptions, ResponseRule } from './lib/http/response-options.ts'
export type { WebCache, WebCacheOptions, WebCacheQuery } from './lib/http/web-cache.ts'

/**
 * A cache of whole responses in front of any server whose handler takes a `Request` and gives a `Response`.
 *
 * ```ts
 * import { createS3Cache } from 's3-cache-handler/cache'
 * import { createResponseCache } from 's3-cache-handler/http'
 *
 * const pages = createResponseCache(createS3Cache({ bucket: 'my-app-cache' }), { ttl: '1m', swr: '1d' })
 * export default { fetch: pages.wrap(app.fetch) }
 * ```
 *
 * GET and HEAD alone are answered from it. It keeps what `Cache-Control` allows a shared cache to keep; what is of one
 * person (`Set-Cookie`, `private`, `Authorization`, by default any cookie) is neither stored nor answered from it.
 *
 * @throws ERR_INVALID_OPTION
 */
export function createResponseCache(cache: S3Cache, options: ResponseCacheOptions = {}): ResponseCache {
  const resolved = resolveResponseOptions(options)
  return responseCache({ cache, options: resolved, framework: anyServer }, async () => ({
    buildId: await resolved.buildId(),
    shown: 'raw',
  }))
}

/**
 * A `Cache` as of the {@link https://w3c.github.io/ServiceWorker/#cache-interface | Cache API}, for code that is written
 * for `caches` of a browser or of an edge runtime, such as Hydrogen's `createWithCache`.
 *
 * @throws ERR_INVALID_OPTION
 */
export const createWebCache = (cache: S3Cache, options: WebCacheOptions = {}): WebCache =>
  new WebCacheOfEntries(cache, options)
