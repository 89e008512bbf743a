import type { Cache } from '../cache.ts'
import { expiresAtOf } from '../codec/object-codec.ts'
import type { Entry } from '../entry.ts'
import { type Freshness, judge, type Judgement, overall } from '../freshness/freshness.ts'
import { addressesIn } from '../keys/layout.ts'
import { implicitTags, pagePath } from '../next/page-path.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import { type KnownEvents, NO_EVENTS, type TagState } from '../tag-state.ts'
import { type ReadEntry, readEntry } from './read-entry.ts'
import { namedBy, type StoredEntry } from './stored-entry.ts'

/** What an entry says of itself, and how a reader would judge it now. */
export interface EntryReport extends StoredEntry {
  /** `damaged` for an object that holds no entry that this release can read. */
  readonly state: Freshness | 'damaged'
  readonly tags: readonly string[]
  /** When its value was made, by the store's clock, in ms since the Unix epoch. */
  readonly madeAt: number | undefined
  /** When it is stale by its age; Infinity for never, undefined where it is damaged. */
  readonly staleAt: number | undefined
  /** When it may not be served any more by its age; Infinity for never. */
  readonly expiresAt: number | undefined
  /** Why it is not fresh; what takes it away comes first. */
  readonly reasons: readonly Reason[]
}

/** What makes an entry stale, or gone. Times are in ms since the Unix epoch. */
export type Reason =
  | { readonly by: 'revalidate' | 'expire'; readonly at: number }
  | { readonly by: 'invalidation'; readonly mode: 'hard'; readonly subject: string; readonly at: number }
  /** The last of those that hit it; `goneAt` is when the first of them takes it away, Infinity for never. */
  | {
      readonly by: 'invalidation'
      readonly mode: 'soft'
      readonly subject: string
      readonly at: number
      readonly goneAt: number
    }
  /** An invalidation that was called in this process, and is not stored yet. */
  | { readonly by: 'pending' }
  | { readonly by: 'damage'; readonly what: string }

/** Its view of the invalidations must be recent. */
type Judge = Pick<Cache, 'tags' | 'now'>

/** Reads an entry; undefined where it is gone by now. */
export async function describeEntry(
  { store, cache }: { readonly store: ObjectStore; readonly cache: Judge },
  stored: StoredEntry,
): Promise<EntryReport | undefined> {
  const read = await readEntry(store, stored.objectKey)
  return read && reportOf(cache, stored, read)
}

export function reportOf(cache: Judge, stored: StoredEntry, read: ReadEntry): EntryReport {
  if (read.kind === 'damaged') {
    const unknown = { tags: [], madeAt: undefined, staleAt: undefined, expiresAt: undefined }
    return { ...stored, ...unknown, state: 'damaged', reasons: [{ by: 'damage', what: read.reason }] }
  }
  const { entry } = read
  const events = eventsOf(cache, stored.folder, entry)
  const judgement = judgeBy(cache, entry, events)
  return {
    ...namedBy(entry, stored),
    state: overall(judgement),
    tags: entry.tags,
    madeAt: entry.lastModified,
    staleAt: staleAtOf(entry),
    expiresAt: expiresAtOf(entry),
    reasons: [...reasonsOfAge(entry, judgement), ...reasonsOfEvents(cache, entry, events)].toSorted(
      (one, other) => Number(takesAway(other, cache.now())) - Number(takesAway(one, cache.now())),
    ),
  }
}

function eventsOf({ tags }: Judge, folder: string, entry: Entry): KnownEvents {
  const name = entry.kind === 'page' ? pagePath(entry.key) : entry.key
  return tags.about({
    tags: entry.tags,
    // Entries of the Pages Router carry none of their path.
    readerTags: isOfPagesRouter(entry) ? implicitTags(name) : [],
    addresses: addressesIn(folder, entry.kind, name),
  })
}

const judgeBy = (cache: Judge, entry: Entry, events: KnownEvents): Judgement =>
  judge(entry, { events, unknownMs: Infinity, now: cache.now() })

function reasonsOfAge(entry: Entry, { byTime }: Judgement): Reason[] {
  if (byTime === 'fresh') return []
  return byTime === 'stale' ? [{ by: 'revalidate', at: staleAtOf(entry) }] : [{ by: 'expire', at: expiresAtOf(entry) }]
}

/** Of each subject the hard event, else the soft ones, that hit the entry even if they were alone. */
function reasonsOfEvents(cache: Judge, entry: Entry, { stored, onTheirWay }: KnownEvents): Reason[] {
  const isHitBy = (events: Partial<KnownEvents>): boolean =>
    judgeBy(cache, entry, { stored: [], onTheirWay: [], of: 'all', ...events }).byTags !== 'fresh'
  const reasons = stored.flatMap((about): Reason[] => {
    const { subject, state } = about
    const isHit = (event: TagState): boolean => isHitBy({ stored: [{ ...about, state: event }] })
    if (isHit({ ...state, soft: [] })) return [{ by: 'invalidation', mode: 'hard', subject, at: state.hardAt }]
    const hits = state.soft.filter((event) => isHit({ ...NO_EVENTS, soft: [event] }))
    if (hits.length === 0) return []
    const at = Math.max(...hits.map((event) => event.at))
    return [
      { by: 'invalidation', mode: 'soft', subject, at, goneAt: Math.min(...hits.map(({ deadline }) => deadline)) },
    ]
  })
  return isHitBy({ onTheirWay }) ? [...reasons, { by: 'pending' }] : reasons
}

/** Whether it alone makes an entry expired. */
const takesAway = (reason: Reason, now: number): boolean =>
  reason.by === 'expire' || (reason.by === 'invalidation' && (reason.mode === 'hard' || reason.goneAt <= now))

const isOfPagesRouter = ({ value }: Entry): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'PAGES'

const staleAtOf = ({ lastModified, lifetime }: Entry): number =>
  lifetime === undefined || lifetime.revalidate === false ? Infinity : lastModified + lifetime.revalidate * 1000
