import type { Durations } from './lib/next/announce.ts'
import type { HandlerContext } from './lib/next/next-environment.ts'
import type { UseCache, UseCacheEntry } from './lib/next/use-cache.ts'
import type { CacheHandlerOptions } from './lib/options/options.ts'
import { firstHandler } from './lib/next/first-handler.ts'

export type { Durations, HandlerContext, UseCacheEntry }

/** A handler as `cacheHandlers` in `next.config` names it, for any kind of `use cache`. */
export interface UseCacheHandler {
  get(cacheKey: string, softTags: string[]): Promise<UseCacheEntry | undefined>
  set(cacheKey: string, pendingEntry: Promise<UseCacheEntry>): Promise<void>
  refreshTags(): Promise<void>
  getExpiration(tags: string[]): Promise<number>
  updateTags(tags: string[], durations?: Durations): Promise<void>
  /** What Next 15.5 calls in place of `updateTags`. */
  expireTags(...tags: string[]): Promise<void>
}

/** As in `index.ts`: nothing that needs Node at the top level, and the import in a positive test of the runtime. */
let implementation: Promise<typeof import('./lib/next/use-cache.ts') | undefined> | undefined
if (process.env.NEXT_RUNTIME !== 'edge') {
  implementation = import('./lib/next/use-cache.ts').catch((error: unknown) => {
    console.error('[s3-cache-handler] could not be loaded, so nothing is cached:', error)
    return undefined
  })
}

/**
 * Makes a handler with options that a config cannot hold, for a file of your own:
 *
 * ```js
 * // use-cache-handler.mjs, named by `cacheHandlers: { default: require.resolve('./use-cache-handler.mjs') }`
 * import { createUseCacheHandler } from 's3-cache-handler/use-cache'
 * export default createUseCacheHandler({ onEvent: (event) => metrics.count(event.name) })
 * ```
 *
 * Without options it works with the cache of the handler that `cacheHandler` names. Nothing throws: a wrong option is
 * logged, and values are cached in each process's memory until it is put right.
 *
 * @param context What Next tells a `cacheHandler`, and not this one. @default the build in `.next` of the working directory
 */
export function createUseCacheHandler(options?: CacheHandlerOptions, context?: HandlerContext): UseCacheHandler {
  let created: Promise<UseCache | undefined> | undefined
  // At the first call: then the handler of the pages knows the build.
  const useCache = (): Promise<UseCache | undefined> | undefined =>
    (created ??= implementation
      ?.then(async (loaded) => {
        await firstHandler.isOpen
        return loaded?.createUseCache(options, context)
      })
      .catch((error: unknown) => {
        console.error('[s3-cache-handler] could not be set up, so nothing is cached:', error)
        return undefined
      }))
  return {
    get: async (cacheKey, softTags) => await (await useCache())?.get(cacheKey, softTags),
    set: async (cacheKey, pendingEntry) => await (await useCache())?.set(cacheKey, pendingEntry),
    refreshTags: async () => await (await useCache())?.refreshTags(),
    /** Soft tags are checked at each `get`, by stamps and not by a clock. */
    getExpiration: async () => Infinity,
    updateTags: async (tags, durations) => await (await useCache())?.updateTags(tags, durations),
    expireTags: async (...tags) => await (await useCache())?.updateTags(tags),
  }
}

const useCacheHandler: UseCacheHandler = createUseCacheHandler()
export default useCacheHandler
