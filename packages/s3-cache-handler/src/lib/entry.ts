import type { EntryKind } from './keys/layout.ts'

/** How long an entry is fresh and how long it may be served, as Next's `cacheControl`. */
export interface Lifetime {
  /** Seconds after which the entry is stale; `false` for never. */
  readonly revalidate: number | false
  /** Seconds after which the entry must not be served; absent for never. */
  readonly expire?: number | undefined
}

/** One cache entry: a value and all that judging it needs. */
export interface Entry {
  readonly kind: EntryKind
  /** The user's key, whole: an object key may end in a hash. */
  readonly key: string
  readonly value: unknown
  /** When the value was set, in ms since the Unix epoch: what its age counts from. */
  readonly lastModified: number
  /** The highest invalidation stamp that the rendering instance knew when the render began. */
  readonly seen: number
  /**
   * For each of its subjects (its tags, its addresses) with events, the highest stamp that the render knew at its begin.
   * `seen` alone does not tell: a higher stamp may be known than one that is still on its way, and the page made of data
   * that this one makes invalid. Absent where nobody kept count: then `seen` is all there is.
   */
  readonly known?: readonly (readonly [subject: string, stamp: number])[] | undefined
  /** Its render's place among the invalidations that this process called; absent unless it was rendered here. */
  readonly order?: number | undefined
  /** The explicit and implicit tags it carries. Soft tags are given at the read. */
  readonly tags: readonly string[]
  /** Whether some of its index objects could not be written. */
  readonly isUnindexed?: boolean | undefined
  /** Absent: fresh until invalidated. */
  readonly lifetime?: Lifetime | undefined
}

/** What its render knew of invalidations, as an entry carries it. */
export type Knowledge = Pick<Entry, 'seen' | 'known' | 'order'>

/** By what its render knew, then by age: an entry set again after a failed render keeps its `seen`. */
export const isOlder = (entry: Entry, than: Entry): boolean =>
  entry.seen < than.seen || (entry.seen === than.seen && entry.lastModified < than.lastModified)
