import type { Freshness } from './freshness/freshness.ts'
import type { EntryKind } from './keys/layout.ts'
import type { ObjectOperation } from './object-store/object-store.ts'

/** Where an entry came from. */
export type Tier = 'memory' | 'pending' | 'store'

/** Everything that a cache does or swallows. `key` is the user's key. */
export type CacheEvent =
  | {
      readonly name: 'hit'
      readonly kind: EntryKind
      readonly key: string
      readonly tier: Tier
      readonly freshness: Freshness
      readonly ageMs: number
    }
  | { readonly name: 'miss'; readonly kind: EntryKind; readonly key: string; readonly reason: MissReason }
  | { readonly name: 'set'; readonly kind: EntryKind; readonly key: string }
  | { readonly name: 'stored'; readonly kind: EntryKind; readonly key: string; readonly bytes: number }
  | { readonly name: 'not-stored'; readonly kind: EntryKind; readonly key: string; readonly error: Error }
  | { readonly name: 'invalidated'; readonly tags: readonly string[]; readonly expireSeconds: number | undefined }
  | { readonly name: 'corrupt'; readonly objectKey: string; readonly reason: string }
  | {
      readonly name: 'store-failed'
      readonly operation: ObjectOperation
      readonly objectKey: string
      readonly error: Error
    }
  | { readonly name: 'store-recovered'; readonly operation: ObjectOperation }
  /** A defect of this package: nothing else may fail here. */
  | {
      readonly name: 'failed'
      readonly call: 'get' | 'set' | 'revalidateTag'
      readonly key: string
      readonly error: Error
    }
  | { readonly name: 'misconfigured'; readonly error: Error }
  | { readonly name: 'drained'; readonly left: number }

/** Nothing there, there but invalidated, or not to be had. */
export type MissReason = 'absent' | 'invalidated' | 'failed'

export type Emit = (event: CacheEvent) => void

/**
 * Every event of every cache in the process is published here, so that metrics and traces need no configuration:
 * `diagnostics_channel.subscribe('s3-cache-handler:event', (event) => …)`. Hits, misses and sets are published in the
 * async context of the request that asked.
 */
export const EVENT_CHANNEL = 's3-cache-handler:event'
