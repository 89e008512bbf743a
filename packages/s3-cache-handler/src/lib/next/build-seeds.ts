import type { Lifetime } from '../entry.ts'
import type { Seed } from '../reads.ts'
import { CLOCK_BOUND_MS } from '../store-clock.ts'
import type { PrerenderManifest } from './build-output.ts'
import type { HandlerContext } from './next-environment.ts'
import { type GetContext, type NextValue, tagsOf } from './next-values.ts'
import { pagePath } from './page-path.ts'

/** Next's own reader of what a build has rendered. */
interface FileSystemCache {
  get(key: string, context: GetContext): Promise<SeedValue | null>
}

interface SeedValue {
  readonly value: NextValue
  readonly cacheControl?: Lifetime | undefined
}

type FileSystemCacheClass = new (context: object) => FileSystemCache

/** Internal to Next, so it may go without notice: then there are no seeds. */
const reader: Promise<FileSystemCacheClass | undefined> =
  import('next/dist/server/lib/incremental-cache/file-system-cache.js').then(
    (loaded: { readonly default?: unknown }) => {
      const found = (loaded.default as { default?: unknown } | undefined)?.default ?? loaded.default
      return typeof found === 'function' ? (found as FileSystemCacheClass) : undefined
    },
    () => undefined,
  )

/** What a build has rendered, for the first request after a deploy. */
export class BuildSeeds {
  readonly #context: HandlerContext
  readonly #startedAt: number
  readonly #manifest: Partial<PrerenderManifest>

  constructor(context: HandlerContext, startedAt: number, manifest: Partial<PrerenderManifest>) {
    this.#context = context
    this.#startedAt = startedAt
    this.#manifest = manifest
  }

  /** The page that the build has for this key. Rejects where Next's reader fails. */
  async read(key: string, context: GetContext): Promise<Seed | undefined> {
    const Reader = await reader
    if (Reader === undefined) return undefined
    const found = await new Reader({ ...this.#context, flushToDisk: false, maxMemoryCacheSize: 0 }).get(key, context)
    if (found === null || found.value === null) return undefined
    const { value, cacheControl } = found
    return {
      value,
      tags: tagsOf(value, {}),
      lifetime: cacheControl ?? this.#lifetimeOf(pagePath(key)),
      // Nothing that was invalidated from then on is known to it. Whoever made the build told the time by its own clock.
      seen: this.#startedAt - CLOCK_BOUND_MS,
      lastModified: this.#startedAt,
    }
  }

  /** As Next's `SharedCacheControls` reads it. */
  #lifetimeOf(path: string): Lifetime | undefined {
    const { routes = {}, dynamicRoutes = {} } = this.#manifest
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined
    if (route?.initialRevalidateSeconds !== undefined) {
      return { revalidate: route.initialRevalidateSeconds, expire: route.initialExpireSeconds }
    }
    const fallback = Object.hasOwn(dynamicRoutes, path) ? dynamicRoutes[path] : undefined
    if (fallback?.fallbackRevalidate === undefined) return undefined
    return { revalidate: fallback.fallbackRevalidate, expire: fallback.fallbackExpire }
  }
}
