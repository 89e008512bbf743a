import type { Entry, Lifetime } from '../entry.ts'
import type { TagState } from '../tag-state.ts'

export type Freshness = 'fresh' | 'stale' | 'expired'

export interface Judgement {
  /** By its lifetime alone. */
  readonly byTime: Freshness
  /** By invalidations alone. */
  readonly byTags: Freshness
}

export interface JudgeOptions {
  readonly stateOf: (tag: string) => TagState
  /** Tags that the reader adds to the entry's own. */
  readonly softTags?: readonly string[] | undefined
  /** The reader's lifetime, which counts instead of the entry's own. */
  readonly lifetime?: Lifetime | undefined
  /** Ms since the Unix epoch. */
  readonly now: number
}

/** How fresh an entry is: pure, no clock and no I/O of its own. */
export function judge(entry: Entry, { stateOf, softTags = [], lifetime, now }: JudgeOptions): Judgement {
  return {
    byTime: freshnessByTime(now - entry.lastModified, lifetime ?? entry.lifetime),
    byTags: worst([...entry.tags, ...softTags].map((tag) => freshnessByTag(entry.seen, stateOf(tag), now))),
  }
}

/** The worse of both. */
export const overall = ({ byTime, byTags }: Judgement): Freshness => worst([byTime, byTags])

/** Stale once older than `revalidate`, expired once older than `expire`, as Next compares them. */
function freshnessByTime(ageMs: number, { revalidate, expire }: Lifetime = { revalidate: false }): Freshness {
  if (expire !== undefined && ageMs > expire * 1000) return 'expired'
  return revalidate !== false && ageMs > revalidate * 1000 ? 'stale' : 'fresh'
}

/** An event hits an entry whose render did not know of it. */
function freshnessByTag(seen: number, { hardAt, soft }: TagState, now: number): Freshness {
  if (seen < hardAt) return 'expired'
  const hits = soft.filter(({ at }) => seen < at)
  if (hits.some(({ deadline }) => deadline <= now)) return 'expired'
  return hits.length > 0 ? 'stale' : 'fresh'
}

function worst(all: readonly Freshness[]): Freshness {
  if (all.includes('expired')) return 'expired'
  return all.includes('stale') ? 'stale' : 'fresh'
}
