import { adviseOnce } from './lib/advise-once.ts'
import type { S3Cache } from './lib/data/data-cache.ts'
import {
  type BuildFacts,
  type CachedHandler,
  type Handler,
  type ResponseCache,
  responseCache,
} from './lib/http/response-cache.ts'
import { resolveResponseOptions, type ResponseCacheOptions } from './lib/http/response-options.ts'
import { cacheLoader, type CachedLoaderOptions, type LoaderArgs } from './lib/react-router/cached-loader.ts'
import { reactRouterRules } from './lib/react-router/react-router-rules.ts'
import { createRequestScope, type RequestScope } from './lib/react-router/request-scope.ts'
import { buildOf, type BuildSource, shownTo } from './lib/react-router/server-build.ts'

export type { S3Cache } from './lib/data/data-cache.ts'
export type { Duration } from './lib/data/duration.ts'
export type { QueryRule } from './lib/http/cache-key.ts'
export type { ResponseKind } from './lib/http/framework.ts'
export type { CookiePolicy } from './lib/http/request-cookies.ts'
export type { CachedHandler, Handler, MiddlewareContext } from './lib/http/response-cache.ts'
export type { ResponseAbout, ResponseCacheOptions, ResponseRule } from './lib/http/response-options.ts'
export type { Key, KeyPart } from './lib/keys/key-text.ts'
export type { CachedLoaderOptions, LoaderArgs } from './lib/react-router/cached-loader.ts'
export type { RequestScope } from './lib/react-router/request-scope.ts'
export type { BuildSource, ServerBuildLike } from './lib/react-router/server-build.ts'

/** As for any server, and the build. */
export interface ReactRouterCacheOptions extends ResponseCacheOptions {
  /**
   * The build that answers: `() => import('virtual:react-router/server-build')`. It names itself in place of `buildId`, and
   * says what URLs middleware is shown.
   */
  readonly build?: BuildSource | undefined
}

/** A cache of whole responses: of documents, of the data that browsers fetch, and of resource routes. */
export interface ReactRouterCache extends ResponseCache {
  /** The handler of `createRequestHandler(build)`, with a cache in front. @param build As the option. */
  wrap<Context extends readonly unknown[]>(handler: Handler<Context>, build?: BuildSource): CachedHandler<Context>
}

/**
 * A cache of whole responses for React Router 7.9 or newer and Remix 2: as middleware of a route, or around the handler.
 *
 * ```ts
 * // app/cache.server.ts
 * export const pages = createResponseCache(cache, { build: () => import('virtual:react-router/server-build') })
 *
 * // app/routes/blog.tsx: what is below this route; `headers` says for how long
 * export const middleware = [pages.middleware]
 * export const headers = () => ({ 'Cache-Control': 'public, s-maxage=300, stale-while-revalidate=86400' })
 * ```
 *
 * Documents and data never mix. With React Router 7 without `future.v8_passThroughRequests` middleware cannot tell one from
 * the other: there it answers navigations of browsers alone. Around the handler, and with the flag, it answers all.
 *
 * @throws ERR_INVALID_OPTION
 */
export function createResponseCache(cache: S3Cache, options: ReactRouterCacheOptions = {}): ReactRouterCache {
  const { build, ...rest } = options
  const resolved = resolveResponseOptions(rest)
  const buildIdOf = async (source: BuildSource | undefined): Promise<string> => {
    if (source !== undefined) return (await buildOf(source)).assets.version
    if (rest.buildId === undefined) adviseOnce('S3_CACHE_NO_BUILD', NO_BUILD)
    return await resolved.buildId()
  }
  const facts = async (): Promise<BuildFacts> => ({
    buildId: await buildIdOf(build),
    // Without the build it cannot be told.
    shown: build === undefined ? 'stripped' : shownTo(await buildOf(build)),
  })
  const cached = responseCache({ cache, options: resolved, framework: reactRouterRules }, facts)
  return {
    ...cached,
    wrap: (handler, own = build) => cached.wrap(handler, () => buildIdOf(own)),
  }
}

const NO_BUILD =
  'Documents name the assets of their build, which are gone after a deploy: give createResponseCache the option "build"'

/**
 * The loader with its results remembered, in all processes. Its type is its own: what it returns comes back as it was,
 * Dates, Maps, Sets and Promises too, so that a deferred value is a Promise also when it comes from the cache.
 *
 * ```ts
 * export const loader = cachedLoader(
 *   cache,
 *   { key: ({ params }) => ['post', params.slug], tags: ({ params }) => [`post:${params.slug}`], ttl: '5m', swr: '1d' },
 *   async ({ params }: Route.LoaderArgs) => ({ post: await db.post(params.slug), comments: db.comments(params.slug) }),
 * )
 * ```
 *
 * Redirects, "not found" and other Responses but 200, and what sets a cookie, are neither stored nor shared, thrown or
 * returned. A Promise that rejects leaves the whole unstored.
 */
export function cachedLoader<Args extends LoaderArgs, Result>(
  cache: Pick<S3Cache, 'remember' | 'delete'>,
  options: CachedLoaderOptions<Args, Awaited<Result>>,
  loader: (args: Args) => Result,
): (args: Args) => Promise<Awaited<Result>> {
  return cacheLoader(cache, options, loader)
}

/**
 * What lasts as long as one request: with its `cache` each key is asked for once however many loaders want it. A
 * `Server-Timing` header tells what all data caches did for the request, with keys hashed.
 *
 * ```ts
 * export const scope = requestScope(cache)
 * export const middleware = [scope.middleware] // app/root.tsx
 * const user = await scope.cache.remember(['user', id], () => db.user(id)) // in any loader
 * ```
 */
export const requestScope = (cache: S3Cache): RequestScope => createRequestScope(cache)
