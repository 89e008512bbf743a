import type { Lifetime } from '../entry.ts'

type CacheControls = Map<string, Lifetime>

/** What Next remembers of the lifetimes of responses, where it still is what it is in 15.5 and 16.4: internal. */
let controls: CacheControls | 'loading' | undefined = 'loading'
const loaded = import('next/dist/server/lib/incremental-cache/shared-cache-controls.external.js').then(
  (module: object) => {
    const { SharedCacheControls: shared } = module as { SharedCacheControls?: { cacheControls?: unknown } }
    return (controls = shared?.cacheControls instanceof Map ? (shared.cacheControls as CacheControls) : undefined)
  },
  () => (controls = undefined),
)

/**
 * Tells Next the lifetime of a response that another instance has rendered. Next 16.4 takes it from what `get` answers;
 * 15.5 looks here alone, and else takes a second for it, so that it would render all the time.
 * Undefined where it is done at once.
 */
export function rememberLifetime(key: string, lifetime: Lifetime | undefined): Promise<void> | undefined {
  if (lifetime === undefined) return undefined
  if (controls === 'loading') return loaded.then(() => rememberLifetime(key, lifetime))
  controls?.set(key, lifetime)
  return undefined
}
