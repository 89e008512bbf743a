import type { CacheSizes } from '../gauges.ts'
import { openEnvironments } from './open-environments.ts'

/** What one cache holds in this process. */
export interface HandlerStats {
  /** The bucket; undefined where entries are kept in this process alone. */
  readonly bucket: string | undefined
  readonly prefix: string
  readonly sizes: CacheSizes
}

/** One for each cache that Next's handlers use, which several handlers may share. */
export function handlerStats(): HandlerStats[] {
  const byCache = new Map(openEnvironments().map((environment) => [environment.cacheId, environment]))
  return Array.from(byCache.values(), ({ bucket, layout, gauges }) => ({
    bucket,
    prefix: layout.prefix,
    sizes: gauges.read(),
  }))
}
