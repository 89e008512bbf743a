import type { OpenCache } from '../open-cache.ts'
import { processWide } from '../registry.ts'
import type { S3Cache } from './data-cache.ts'

const opened = (): WeakMap<S3Cache, OpenCache> => processWide('behind data caches', () => new WeakMap())

/** What a cache of `createS3Cache` works with; undefined for its namespaces, and for what is none. */
export const openCacheOf = (cache: S3Cache): OpenCache | undefined => opened().get(cache)

export function noteOpenCache(cache: S3Cache, open: OpenCache): void {
  opened().set(cache, open)
}
