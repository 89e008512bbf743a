import type { Freshness } from './freshness/freshness.ts'
import type { EntryKind } from './keys/layout.ts'
import type { Capability } from './object-store/capabilities.ts'
import type { ObjectOperation } from './object-store/object-store.ts'
import type { SentRequest } from './object-store/sent-request.ts'

/** Where an entry came from. */
export type Tier = 'memory' | 'pending' | 'store' | 'build'

/**
 * Everything that a cache does or swallows. `key` is the user's key; `durationMs` how long the cache took to find the
 * answer, with all that had to be waited for, by the monotonic clock.
 */
export type CacheEvent =
  | {
      readonly name: 'hit'
      readonly kind: EntryKind
      readonly key: string
      readonly tier: Tier
      readonly freshness: Freshness
      readonly ageMs: number
      readonly durationMs: number
    }
  | {
      readonly name: 'miss'
      readonly kind: EntryKind
      readonly key: string
      readonly reason: MissReason
      readonly durationMs: number
    }
  | { readonly name: 'set'; readonly kind: EntryKind; readonly key: string }
  | { readonly name: 'deleted'; readonly kind: EntryKind; readonly key: string }
  /** A call that got what another one was making already. */
  | { readonly name: 'deduplicated'; readonly kind: EntryKind; readonly key: string }
  /** A new value could not be made, and a stale one is served instead. */
  | { readonly name: 'remake-failed'; readonly kind: EntryKind; readonly key: string; readonly error: Error }
  /** What the store does not have, told once; `reason` is how that was found. */
  | { readonly name: 'store-lacks'; readonly what: Capability; readonly reason: string }
  | { readonly name: 'stored'; readonly kind: EntryKind; readonly key: string; readonly bytes: number }
  | { readonly name: 'not-stored'; readonly kind: EntryKind; readonly key: string; readonly error: Error }
  /** A render that an invalidation overtook: nobody would be served what it made. */
  | { readonly name: 'discarded'; readonly kind: EntryKind; readonly key: string }
  | { readonly name: 'not-indexed'; readonly kind: EntryKind; readonly key: string; readonly error: Error }
  /** Holds here from now on, and is on its way to all others. */
  | { readonly name: 'invalidated'; readonly tags: readonly string[]; readonly expireSeconds: number | undefined }
  /** Invalidations of so many tags, paths or prefixes are stored, and announced to all instances. */
  | { readonly name: 'announced'; readonly subjects: number }
  /** It holds here, and is tried again; other instances do not know of it yet. `waiting` counts all of that kind. */
  | { readonly name: 'invalidation-failed'; readonly waiting: number; readonly error: Error }
  /**
   * What other instances invalidated since the last look is not known, or was not in time: once a look, at its end.
   * `denied`: the role may not read the tag log.
   */
  | { readonly name: 'refresh-failed'; readonly denied: boolean; readonly error: Error }
  | { readonly name: 'compacted'; readonly objects: number; readonly subjects: number }
  | { readonly name: 'compaction-failed'; readonly error: Error }
  | { readonly name: 'cleared'; readonly deleted: number }
  /** By how much this machine's clock is ahead of the store's; reported beyond a minute. */
  | { readonly name: 'clock-skewed'; readonly skewMs: number }
  | { readonly name: 'corrupt'; readonly objectKey: string; readonly reason: string }
  | {
      readonly name: 'store-failed'
      readonly operation: ObjectOperation
      readonly objectKey: string
      readonly error: Error
    }
  | { readonly name: 'store-recovered'; readonly operation: ObjectOperation }
  /** One HTTP request that went out to S3, answered or not. What was given up before it was sent is none. */
  | ({ readonly name: 'request' } & SentRequest)
  /** A defect of this package: nothing else may fail here. */
  | {
      readonly name: 'failed'
      readonly call: 'get' | 'set' | 'revalidateTag'
      readonly key: string
      readonly error: Error
    }
  | { readonly name: 'misconfigured'; readonly error: Error }
  /** `left` counts entries, and `invalidationsLeft` what other instances will never know to be invalid. */
  | { readonly name: 'drained'; readonly left: number; readonly invalidationsLeft: number }

/** Nothing there, there but past its time or invalidated, or not to be had. */
export type MissReason = 'absent' | 'expired' | 'invalidated' | 'failed'

export type Emit = (event: CacheEvent) => void

/**
 * Every event of every cache in the process is published here, so that metrics and traces need no configuration:
 * `diagnostics_channel.subscribe('s3-cache-handler:event', (event) => …)`. Hits, misses and sets are published in the
 * async context of the request that asked.
 */
export const EVENT_CHANNEL = 's3-cache-handler:event'
