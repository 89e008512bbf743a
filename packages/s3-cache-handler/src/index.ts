import type { IsrCache } from './lib/next/isr-cache.ts'
import type { NextSelection } from './lib/next/clear-next.ts'
import type { SeedOptions, SeedResult } from './lib/next/seed-build.ts'
import type { GcOptions, GcResult } from './lib/next/gc-deployments.ts'
import type { HandlerContext } from './lib/next/next-environment.ts'
import type { HandlerStats } from './lib/next/handler-stats.ts'
import type { GetContext, HandlerValue, NextValue, SetContext } from './lib/next/next-values.ts'
import type { CacheHandlerOptions } from './lib/options/options.ts'
import { firstHandler } from './lib/next/first-handler.ts'

export type { CacheEvent, MissReason, Tier } from './lib/cache-events.ts'
export type { S3Operation } from './lib/object-store/s3-operation.ts'
export type { SentRequest } from './lib/object-store/sent-request.ts'
export type { CacheHandlerOptions, LogFormat, Logger, LogLevel, ScalarOptions } from './lib/options/options.ts'
export type { NextKind, NextSelection } from './lib/next/clear-next.ts'
export type { SeededPage, SeedOptions, SeedResult } from './lib/next/seed-build.ts'
export type { CacheSizes } from './lib/gauges.ts'
export type { HandlerStats } from './lib/next/handler-stats.ts'
export type { DeploymentState, DeploymentSummary } from './lib/deployments.ts'
export type { GcOptions, GcResult } from './lib/next/gc-deployments.ts'
export type { GetContext, HandlerContext, HandlerValue, NextValue, SetContext }

/** A cache handler as Next constructs it, once or more a request. */
export interface CacheHandler {
  get(key: string, context: GetContext): Promise<HandlerValue | null>
  set(key: string, value: NextValue, context: SetContext): Promise<void>
  revalidateTag(tags: string | readonly string[], durations?: { readonly expire?: number }): Promise<void>
  resetRequestCache(): void
}

/** What `cacheHandler` in `next.config` must lead to. */
export type CacheHandlerClass = new (context: HandlerContext) => CacheHandler

/**
 * Next bundles this file into every edge function, where Node's modules do not exist: so nothing that needs one is imported
 * at the top level, and all else stands in a positive test of the runtime, which bundlers can cut out. The import begins here, so
 * that the async context that it captures is that of loading the handler, before any render.
 */
let implementation: Promise<typeof import('./lib/next/isr-cache.ts') | undefined> | undefined
if (process.env.NEXT_RUNTIME !== 'edge') {
  implementation = import('./lib/next/isr-cache.ts').catch((error: unknown) => {
    console.error('[s3-cache-handler] could not be loaded, so nothing is cached:', error)
    return undefined
  })
}

/**
 * Makes a handler class with options that a config cannot hold, for a file of your own:
 *
 * ```js
 * // cache-handler.mjs, named by `cacheHandler: require.resolve('./cache-handler.mjs')`
 * import { createCacheHandler } from 's3-cache-handler'
 * export default createCacheHandler({ logger: myLogger, onEvent: (event) => metrics.count(event.name) })
 * ```
 *
 * Options given here outrank the environment. Nothing throws: a wrong option is logged, and the pages are cached in
 * each process's memory until it is put right. On the edge runtime every `get` is a miss and every `set` does nothing.
 */
export function createCacheHandler(options?: CacheHandlerOptions | null): CacheHandlerClass {
  let create: ((context: HandlerContext) => IsrCache) | undefined
  const created = implementation?.then((loaded) => (create = loaded?.createIsrCacheFactory(options ?? {})))
  const open = (context: HandlerContext): IsrCache | undefined => {
    try {
      return create?.(context ?? {})
    } catch (error) {
      console.error('[s3-cache-handler] could not be set up, so nothing is cached:', error)
      return undefined
    }
  }
  return class S3CacheHandler implements CacheHandler {
    /** Each request has a handler of its own: only the first ones have to wait. */
    readonly #isrCache: IsrCache | Promise<IsrCache | undefined> | undefined

    constructor(context: HandlerContext) {
      this.#isrCache = create === undefined ? created?.then(() => open(context)) : open(context)
      if (created !== undefined) firstHandler.isOpen ??= Promise.resolve(this.#isrCache).then(() => undefined)
    }

    /** Not async: a promise around the promise of every hit would cost as much as finding the entry. */
    get(key: string, context: GetContext): Promise<HandlerValue | null> {
      const isrCache = this.#isrCache
      if (isrCache instanceof Promise) return isrCache.then((opened) => opened?.get(key, context) ?? null)
      return isrCache?.get(key, context) ?? Promise.resolve(null)
    }

    async set(key: string, value: NextValue, context: SetContext): Promise<void> {
      await (await this.#isrCache)?.set(key, value, context)
    }

    async revalidateTag(tags: string | readonly string[], durations?: { readonly expire?: number }): Promise<void> {
      await (await this.#isrCache)?.revalidateTag(tags, durations)
    }

    /** Next calls it for every request: the memory in front belongs to the process, so there is nothing to reset. */
    resetRequestCache(): void {}
  }
}

/**
 * Waits until every entry that was set in this process is written, for `drainMs` at most. SIGTERM and SIGINT do so by
 * themselves; this is for servers that end in another way.
 */
export async function closeCaches(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'edge') {
    const { drainAll } = await import('./lib/shutdown.ts')
    await drainAll()
  }
}

/**
 * Deletes Next's entries from the bucket and, by an event that goes first, from the memory of every instance within
 * `tagRefreshMs`. To be called where Next runs: in a route handler or a server action.
 *
 * ```js
 * await clearNext({ pathPrefix: '/stories/' })
 * ```
 *
 * @throws an error whose `code` is ERR_INVALID_OPTION for a selection that cannot work, ERR_NO_CACHE on the edge runtime
 * and wherever Next has not loaded the handler, and ERR_NOT_INVALIDATED, ERR_INCOMPLETE_CLEAR or an ERR_OBJECT_STORE_…
 * when the store fails
 * @returns how many entries were deleted
 */
export async function clearNext(selection: NextSelection): Promise<{ readonly deleted: number }> {
  if (process.env.NEXT_RUNTIME !== 'edge') {
    const { clearNext: clear } = await import('./lib/next/clear-next.ts')
    return await clear(selection)
  }
  const { NoCacheError } = await import('./lib/errors.ts')
  throw new NoCacheError('clearNext does not work on the edge runtime, which has no access to the bucket')
}

/**
 * Deletes what dead deployments have of their own in the bucket: their pages, `use cache` entries and index objects. What
 * deployments share, and what is not ours, stays byte for byte; so do the current deployment and those of which nothing
 * tells when they were last seen. A dry run unless `dryRun` is `false`. To be called where Next runs: in a route handler or
 * a server action.
 *
 * ```js
 * const { deployments } = await gcDeployments() // what is there, and what would be deleted
 * const { deleted } = await gcDeployments({ dryRun: false })
 * ```
 *
 * A process shows that its deployment is alive when it answers its first request, and then once an hour. A deployment that
 * comes back while it is being deleted keeps the rest, and renders anew what is gone. Where the store ignores the condition
 * of a deletion it may also lose its mark for an hour, in which it counts as `unknown`: nothing of it is deleted.
 *
 * It lists all entries and the whole index, a thousand a request.
 *
 * @throws an error whose `code` is ERR_INVALID_OPTION for an option that cannot work, ERR_NO_CACHE on the edge runtime and
 * wherever Next has not loaded the handler, and ERR_INCOMPLETE_CLEAR or an ERR_OBJECT_STORE_… when the store fails: then
 * calling it again does the rest
 */
export async function gcDeployments(options?: GcOptions): Promise<GcResult> {
  if (process.env.NEXT_RUNTIME !== 'edge') {
    const { gcDeployments: gc } = await import('./lib/next/gc-deployments.ts')
    return await gc(options)
  }
  const { NoCacheError } = await import('./lib/errors.ts')
  throw new NoCacheError('gcDeployments does not work on the edge runtime, which has no access to the bucket')
}

/**
 * Stores what `next build` has rendered in the bucket, before any instance is asked: for a script in the deployment, with
 * the same environment as the instances. What is there already is left alone, so that a run that broke off can be
 * repeated; it needs no traffic, and is not needed for a first request to be a hit.
 *
 * ```js
 * const { stored, total } = await seedBuild({ onPage: ({ done, total, path }) => console.log(`${done}/${total} ${path}`) })
 * ```
 *
 * @throws an error whose `code` is ERR_INVALID_OPTION for an option that cannot work or a folder without a build,
 * ERR_NO_CACHE where the cache is disabled, and an ERR_OBJECT_STORE_… when the store fails
 */
export async function seedBuild(options?: SeedOptions): Promise<SeedResult> {
  if (process.env.NEXT_RUNTIME !== 'edge') {
    const { seedBuild: seed } = await import('./lib/next/seed-build.ts')
    return await seed(options)
  }
  const { NoCacheError } = await import('./lib/errors.ts')
  throw new NoCacheError('seedBuild does not work on the edge runtime, which has no access to the bucket')
}

/**
 * How much each cache of Next's holds in this process, for metrics: to be called where Next runs. Empty before the first
 * request, where the cache is disabled, and on the edge runtime.
 *
 * ```js
 * const [{ sizes }] = await stats()
 * gauge('cache_memory_bytes', sizes.memoryBytes)
 * ```
 */
export async function stats(): Promise<readonly HandlerStats[]> {
  if (process.env.NEXT_RUNTIME !== 'edge') {
    const { handlerStats } = await import('./lib/next/handler-stats.ts')
    return handlerStats()
  }
  return []
}

const S3CacheHandler: CacheHandlerClass = createCacheHandler()
export default S3CacheHandler
