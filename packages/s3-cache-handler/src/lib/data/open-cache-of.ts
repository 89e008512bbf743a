import type { OpenCache } from '../open-cache.ts'
import { processWide } from '../registry.ts'
import type { S3Cache } from './data-cache.ts'

/** For each cache, although Next may load the package more than once. */
const opened = (): WeakMap<object, OpenCache> =>
  processWide('behind data caches', () => new WeakMap<object, OpenCache>())

/** What a cache of `createS3Cache` works with; undefined for its namespaces, and for what is none. */
export const openCacheOf = (cache: S3Cache): OpenCache | undefined => opened().get(cache)

export function noteOpenCache(cache: S3Cache, open: OpenCache): void {
  opened().set(cache, open)
}
