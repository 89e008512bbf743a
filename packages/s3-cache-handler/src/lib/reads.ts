import type { CacheEvent, MissReason } from './cache-events.ts'
import type { Entry, Lifetime } from './entry.ts'
import type { EntryId } from './entry-names.ts'
import type { Judgement } from './freshness/freshness.ts'

/** What a reader asks for beside the name of an entry. */
export interface ReadOptions {
  /** Tags that the reader adds to the entry's own. */
  readonly softTags?: readonly string[] | undefined
  /** Counts instead of the entry's own. */
  readonly lifetime?: Lifetime | undefined
  /** Whether the store is asked whatever is here. */
  readonly mustAsk?: boolean | undefined
  /** Whether the reader changes nothing of the value, so that it may be given the one that others are given. */
  readonly sharesValue?: boolean | undefined
  /** When the reader was asked, in monotonic time, if it had to wait for something before. @default now */
  readonly askedMs?: number | undefined
  /** Gives what stands in where the store has nothing, and is then stored. */
  readonly seed?: (() => Promise<Seed | undefined>) | undefined
}

/** An entry that was made elsewhere, by whoever built the app. */
export type Seed = Pick<Entry, 'value' | 'tags' | 'lifetime' | 'seen' | 'lastModified'>

/** What a read found; the value is the reader's own unless it shares it. The events are for the reader to emit, in its async context. */
export type ReadResult =
  | {
      readonly kind: 'found'
      readonly entry: Entry
      readonly judgement: Judgement
      readonly event: Extract<CacheEvent, { readonly name: 'hit' }>
    }
  | { readonly kind: 'missing'; readonly event: Extract<CacheEvent, { readonly name: 'miss' }> }

/** @param askedMs When the read began, in monotonic time. */
export const missing = (
  { kind, key }: Pick<EntryId, 'kind' | 'key'>,
  reason: MissReason,
  askedMs: number,
): ReadResult => ({
  kind: 'missing',
  event: { name: 'miss', kind, key, reason, durationMs: performance.now() - askedMs },
})
