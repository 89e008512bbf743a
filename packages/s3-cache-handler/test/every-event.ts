import type { CacheEvent } from '../src/lib/cache-events.ts'
import { storeError } from './fake-store.ts'

const error = storeError('ERR_OBJECT_STORE_BUSY')
const kind = 'page'
const key = 'secret-key'
const request = { bucket: 'b', objectKey: key, origin: 'http://h', storeCode: key, isFailure: true, durationMs: 20 }

/** Every event once, with what it is to be counted as. */
export const EVERY_EVENT: readonly (readonly [event: CacheEvent, ...measured: string[]])[] = [
  [
    { name: 'hit', kind, key, tier: 'memory', freshness: 'stale', ageMs: 1, durationMs: 2 },
    's3_cache.hits 1 page memory stale',
    's3_cache.read.duration 0.002 memory',
  ],
  [
    { name: 'miss', kind, key, reason: 'absent', durationMs: 30 },
    's3_cache.misses 1 page absent',
    's3_cache.read.duration 0.03 none',
  ],
  [{ name: 'set', kind, key }, 's3_cache.sets 1 page'],
  [{ name: 'deleted', kind, key }, 's3_cache.deletes 1 page'],
  [{ name: 'deduplicated', kind, key }, 's3_cache.deduplicated 1 page'],
  [{ name: 'remake-failed', kind, key, error }, 's3_cache.remake.failures 1 page'],
  [{ name: 'store-lacks', what: 'tags', reason: 'none' }],
  [{ name: 'stored', kind, key, bytes: 1000 }, 's3_cache.writes 1 page', 's3_cache.stored 1000 page'],
  [{ name: 'not-stored', kind, key, error }, 's3_cache.write.failures 1 page ERR_OBJECT_STORE_BUSY'],
  [{ name: 'discarded', kind, key }, 's3_cache.discarded 1 page'],
  [{ name: 'not-indexed', kind, key, error }, 's3_cache.index.failures 1 page'],
  [{ name: 'invalidated', tags: ['a', 'b'], expireSeconds: undefined }, 's3_cache.invalidations 2 expire'],
  [{ name: 'invalidated', tags: ['a'], expireSeconds: 0 }, 's3_cache.invalidations 1 expire'],
  [{ name: 'invalidated', tags: ['a'], expireSeconds: Infinity }, 's3_cache.invalidations 1 stale'],
  [{ name: 'announced', subjects: 3 }, 's3_cache.invalidations.announced 3'],
  [{ name: 'invalidation-failed', waiting: 3, error }, 's3_cache.invalidations.failures 1'],
  [{ name: 'refresh-failed', denied: true, error }, 's3_cache.tag_log.refresh.failures 1 true'],
  [{ name: 'compacted', objects: 17, subjects: 3 }, 's3_cache.tag_log.compactions 1'],
  [{ name: 'compaction-failed', error }, 's3_cache.tag_log.compaction.failures 1'],
  [{ name: 'cleared', deleted: 40 }, 's3_cache.cleared 40'],
  [{ name: 'clock-skewed', skewMs: 90_000 }],
  [{ name: 'corrupt', objectKey: key, reason: 'checksum' }, 's3_cache.corrupt 1'],
  [
    { name: 'store-failed', operation: 'get', objectKey: key, error },
    's3_cache.store.failures 1 get ERR_OBJECT_STORE_BUSY',
  ],
  [{ name: 'store-recovered', operation: 'get' }],
  [
    { name: 'request', operation: 'PutObject', status: 503, ...request },
    's3_cache.requests 1 PutObject 5xx',
    's3_cache.request.duration 0.02 PutObject',
  ],
  [
    { name: 'request', operation: 'GetObject', status: undefined, ...request },
    's3_cache.requests 1 GetObject none',
    's3_cache.request.duration 0.02 GetObject',
  ],
  [{ name: 'failed', call: 'set', key, error }, 's3_cache.defects 1 set'],
  [{ name: 'misconfigured', error }, 's3_cache.misconfigured 1'],
  [{ name: 'drained', left: 1, invalidationsLeft: 1 }],
]
