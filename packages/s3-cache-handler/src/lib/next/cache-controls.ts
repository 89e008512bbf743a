import type { Lifetime } from '../entry.ts'

type CacheControls = Map<string, Lifetime>

/** What Next remembers of the lifetimes of responses, where it still is what it is in 15.5 and 16.4: internal. */
const controls: Promise<CacheControls | undefined> =
  import('next/dist/server/lib/incremental-cache/shared-cache-controls.external.js').then(
    (loaded: object) => {
      const { SharedCacheControls: shared } = loaded as { SharedCacheControls?: { cacheControls?: unknown } }
      return shared?.cacheControls instanceof Map ? (shared.cacheControls as CacheControls) : undefined
    },
    () => undefined,
  )

/**
 * Tells Next the lifetime of a response that another instance has rendered. Next 16.4 takes it from what `get` answers;
 * 15.5 looks here alone, and else takes a second for it, so that it would render all the time.
 */
export async function rememberLifetime(key: string, lifetime: Lifetime): Promise<void> {
  ;(await controls)?.set(key, lifetime)
}
