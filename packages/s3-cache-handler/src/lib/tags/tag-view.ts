import type { Emit } from '../cache-events.ts'
import type { Layout } from '../keys/layout.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import type { Runtime } from '../runtime.ts'
import type { StoreClock } from '../store-clock.ts'
import type { KnownEvents } from '../tag-state.ts'
import { Compaction } from './compaction.ts'
import { Invalidations } from './invalidations.ts'
import { LogChecks } from './log-checks.ts'
import type { Marks, Subject } from './subjects.ts'
import { TagLog } from './tag-log.ts'

const YEAR_MS = 365 * 24 * 60 * 60 * 1000

/** What a render that begins at some moment can know of invalidations. */
export interface RenderStart {
  /** The highest stamp known to be stored; 0 for none, and before the log was read. */
  readonly seen: number
  /** How many invalidations had been called in this process. */
  readonly order: number
}

/** What an instance knows of invalidations, and how it tells the others of its own. */
export interface TagView {
  /** See {@link LogChecks.refresh}. */
  refresh(): Promise<void> | undefined
  /**
   * What is known of the events that concern an entry. `none` is known before the log was read for the first time; only
   * one's `own` where the role may not read it.
   */
  about(marks: Marks): KnownEvents
  begin(): RenderStart
  /** See {@link Invalidations.add}. */
  invalidate(subjects: readonly Subject[], expireSeconds?: number): Promise<boolean>
  /** How many subjects' invalidations are not acknowledged yet. */
  readonly pending: number
  /** Waits for them, `timeoutMs` at most. */
  drain(timeoutMs: number): Promise<void>
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
}

export function createTagView(parts: TagViewParts): TagView {
  const { maxEntryAgeMs = YEAR_MS, layout, clock } = parts
  const now = (): number => clock.now()
  const log: TagLog = new TagLog({ ...parts, now, onListed: (logKeys) => compaction.consider(logKeys) })
  const compaction = new Compaction({ ...parts, now, log, maxEntryAgeMs })
  const checks = new LogChecks({ ...parts, log, bell: layout.bell })
  const invalidations = new Invalidations({ ...parts, log })
  return {
    refresh: () => checks.refresh(),
    about: (marks) => ({
      stored: log.known.matching(marks),
      onTheirWay: invalidations.matching(marks),
      of: checks.isDenied ? 'own' : log.isComplete ? 'all' : 'none',
    }),
    begin: () => ({ seen: log.seen, order: invalidations.order }),
    invalidate: (subjects, expireSeconds) => invalidations.add(subjects, expireSeconds),
    get pending() {
      return invalidations.size
    },
    drain: (timeoutMs) => invalidations.drain(timeoutMs),
  }
}
