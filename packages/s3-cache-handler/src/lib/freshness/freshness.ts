import type { Entry, Lifetime } from '../entry.ts'
import type { KnownEvents, SubjectState, TagState } from '../tag-state.ts'

export type Freshness = 'fresh' | 'stale' | 'expired'

export interface Judgement {
  /** By its lifetime alone. */
  readonly byTime: Freshness
  /** By invalidations alone. */
  readonly byTags: Freshness
}

export interface JudgeOptions {
  readonly events: KnownEvents
  /** How old the entry may be where other instances' invalidations cannot be known, in ms. */
  readonly unknownMs: number
  /** The reader's lifetime, which counts instead of the entry's own. */
  readonly lifetime?: Lifetime | undefined
  /** Ms since the Unix epoch. */
  readonly now: number
}

/** How fresh an entry is: pure, no clock and no I/O of its own. */
export function judge(entry: Omit<Entry, 'value'>, { events, unknownMs, lifetime, now }: JudgeOptions): Judgement {
  const ageMs = now - entry.lastModified
  return {
    byTime: freshnessByTime(ageMs, lifetime ?? entry.lifetime),
    byTags: worst([
      ...events.stored.map((about) => freshnessByEvents(knownOf(entry, about), about.state, now)),
      ...events.onTheirWay.map((state) => freshnessByEvents(entry.order ?? -Infinity, state, now)),
      freshnessByIgnorance(entry, events.of, ageMs > unknownMs),
    ]),
  }
}

/** The worse of both. */
export const overall = ({ byTime, byTags }: Judgement): Freshness => worst([byTime, byTags])

/** Stale once older than `revalidate`, expired once older than `expire`, as Next compares them. */
function freshnessByTime(ageMs: number, { revalidate, expire }: Lifetime = { revalidate: false }): Freshness {
  if (expire !== undefined && ageMs > expire * 1000) return 'expired'
  return revalidate !== false && ageMs > revalidate * 1000 ? 'stale' : 'fresh'
}

/** What was rendered here needs no log to be trusted; what came from elsewhere may long have been invalidated. */
function freshnessByIgnorance({ order }: Pick<Entry, 'order'>, known: KnownEvents['of'], isOld: boolean): Freshness {
  if (known === 'none' && order === undefined) return 'expired'
  return known === 'own' && isOld ? 'stale' : 'fresh'
}

/** How much an entry's render knew of a subject. */
function knownOf({ known, seen }: Pick<Entry, 'known' | 'seen'>, { subject, isOwn }: SubjectState): number {
  if (known === undefined) return seen
  const [, stamp] = known.find(([name]) => name === subject) ?? []
  return stamp ?? (isOwn ? 0 : seen)
}

/** An event hits an entry whose render did not know of it. */
function freshnessByEvents(known: number, { hardAt, soft }: TagState, now: number): Freshness {
  if (known < hardAt) return 'expired'
  const hits = soft.filter(({ at }) => known < at)
  if (hits.some(({ deadline }) => deadline <= now)) return 'expired'
  return hits.length > 0 ? 'stale' : 'fresh'
}

function worst(all: readonly Freshness[]): Freshness {
  if (all.includes('expired')) return 'expired'
  return all.includes('stale') ? 'stale' : 'fresh'
}
