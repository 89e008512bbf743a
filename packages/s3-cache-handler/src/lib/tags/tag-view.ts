import type { Emit } from '../cache-events.ts'
import type { Entry } from '../entry.ts'
import type { SizeReaders } from '../gauges.ts'
import type { Layout } from '../keys/layout.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import type { Runtime } from '../runtime.ts'
import type { StoreClock } from '../store-clock.ts'
import type { KnownEvents } from '../tag-state.ts'
import { MAX_EVENTS } from './bound-events.ts'
import { Compaction } from './compaction.ts'
import { Invalidations } from './invalidations.ts'
import { LogChecks } from './log-checks.ts'
import { RenderStarts } from './render-starts.ts'
import { AGED, type Marks, type Subject, tagSubject } from './subjects.ts'
import { TagLog } from './tag-log.ts'

const YEAR_MS = 365 * 24 * 60 * 60 * 1000

/** What is known of invalidations when a render begins. */
export interface RenderStart {
  /** The highest stamp known to be stored; 0 for none, and before the log was read. */
  readonly seen: number
  /** How many invalidations had been called in this process. */
  readonly order: number
  /** Stands for all that was known, see {@link TagView.knowledgeOf}. */
  readonly version: number
}

/** What an instance knows of invalidations, and how it tells the others of its own. */
export interface TagView {
  /** See {@link LogChecks.refresh}. */
  refresh(maxAgeMs?: number): Promise<void> | undefined
  /**
   * What is known of the events that concern an entry. `none` is known before the log was read for the first time; only
   * one's `own` where the role may not read it.
   */
  about(marks: Marks): KnownEvents
  begin(): RenderStart
  /**
   * What was known before a moment of the wall clock, in ms: for who tells only when a render began, in whole milliseconds.
   * Nothing where that is longer ago than is remembered.
   */
  begunBefore(wallMs: number): RenderStart
  /** What an entry with these marks, whose render began then, is to carry. */
  knowledgeOf(start: RenderStart, marks: Marks): Pick<Entry, 'seen' | 'order' | 'known'>
  /** See {@link Invalidations.add}. */
  invalidate(subjects: readonly Subject[], expireSeconds?: number): Promise<boolean>
  /** How many subjects' invalidations are not acknowledged yet. */
  readonly pending: number
  /** Waits for them, `timeoutMs` at most. */
  drain(timeoutMs: number): Promise<void>
  readonly sizes: SizeReaders
}

export interface TagViewParts {
  readonly store: ObjectStore
  readonly layout: Layout
  readonly runtime: Runtime
  readonly clock: StoreClock
  readonly emit: Emit
  readonly tagRefreshMs: number
  readonly timeoutMs: number
  /** @default a year */
  readonly maxEntryAgeMs?: number
  /** How many events are remembered. @default MAX_EVENTS */
  readonly maxEvents?: number
}

export function createTagView(parts: TagViewParts): TagView {
  const { maxEntryAgeMs = YEAR_MS, maxEvents = MAX_EVENTS, layout, clock, runtime } = parts
  const now = (): number => clock.now()
  const onListed = (logKeys: readonly string[]): void => compaction.consider(logKeys)
  const log: TagLog = new TagLog({ ...parts, now, maxEvents, onListed, onLearnt: () => note() })
  const compaction = new Compaction({ ...parts, now, log, maxEntryAgeMs, maxEvents })
  const checks = new LogChecks({ ...parts, log, bell: layout.bell })
  const invalidations = new Invalidations({ ...parts, log, maxEvents })
  const begin = (): RenderStart => ({
    seen: log.isComplete ? log.known.highest : 0,
    order: invalidations.order,
    version: log.version,
  })
  const starts = new RenderStarts()
  const note = (): void => starts.note(runtime.wallMs(), begin())
  return {
    refresh: (maxAgeMs) => checks.refresh(maxAgeMs),
    about: (marks) => ({
      stored: log.known.matching(marks),
      onTheirWay: invalidations.matching(marks),
      of: checks.isDenied ? 'own' : log.isComplete ? 'all' : 'none',
    }),
    begin,
    // Of what was learnt in the same millisecond nobody can tell whether it was before.
    begunBefore: (wallMs) => starts.at(wallMs - 1),
    knowledgeOf: ({ seen, order, version }, marks) => ({ seen, order, known: knownSubjects(log, version, marks) }),
    invalidate: (subjects, expireSeconds) => {
      const acknowledged = invalidations.add(subjects, expireSeconds)
      note()
      return acknowledged
    },
    get pending() {
      return invalidations.size
    },
    drain: (timeoutMs) => invalidations.drain(timeoutMs),
    sizes: {
      knownEvents: () => log.known.events,
      logObjects: () => log.objects,
      pendingInvalidations: () => invalidations.size,
    },
  }
}

/**
 * The stamps that a render knew on its subjects. Those that its reader added are named without events, too: they are not
 * in the entry, so that nothing else would tell that they were looked at.
 */
function knownSubjects(log: TagLog, version: number, marks: Marks): Entry['known'] {
  const { tags, readerTags = [] } = marks
  const withEvents = log.known.matching(marks).map(({ subject }) => subject as Subject)
  const others = readerTags.filter((tag) => !tags.includes(tag)).map(tagSubject)
  const subjects = new Set([...withEvents, ...others])
  subjects.delete(AGED)
  return [...subjects].map((subject) => [subject, log.knownAt(subject, version)])
}
