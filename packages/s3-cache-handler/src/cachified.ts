import type { Cache } from '@epic-web/cachified'
import { openAdapter } from './lib/cachified/adapter.ts'
import type { CachifiedAdapterOptions } from './lib/cachified/adapter-options.ts'
import type { S3Cache } from './lib/data/data-cache.ts'

export type { CachifiedAdapterOptions } from './lib/cachified/adapter-options.ts'

/**
 * A cache of `createS3Cache` as cachified wants one. Values keep their types, entries go when their time is over, and
 * `revalidateTag` reaches them: by default as if they were not there, with `{ mode: 'stale' }` as if they were softly purged.
 *
 * ```ts
 * import { cachified } from '@epic-web/cachified'
 * import { createS3Cache } from 's3-cache-handler/cache'
 * import { cachifiedAdapter } from 's3-cache-handler/cachified'
 *
 * const cache = cachifiedAdapter(createS3Cache({ bucket: 'my-app-cache', prefix: 'shop/' }))
 * const user = await cachified({ key: `user-${id}`, cache, ttl: 60_000, swr: 86_400_000, getFreshValue: () => db.user(id) })
 * ```
 *
 * The same cache with the same options, the function `tags` included, has one adapter: cachified shares what it makes
 * between the calls that have one.
 *
 * @throws ERR_INVALID_OPTION for a wrong option, and for what `createS3Cache` has not made
 */
export const cachifiedAdapter = <Value = unknown>(
  cache: S3Cache,
  options: CachifiedAdapterOptions = {},
): Cache<Value> => openAdapter(cache, options)
