import type { PageName, TagName } from './pages.ts'
import type { Plan, TimedAction } from './plan.ts'
import type { Random } from './random.ts'

/** From the end of faults: longer than any pause between attempts. */
const SETTLE_MS = 15_000
const BETWEEN_ROUNDS_MS = 5000
const BETWEEN_REQUESTS_MS = 50
/** Invalidations at once are the hard case: each writer stores before it has heard of the others. */
const AT_ONCE_MS = 100
const PAGES: readonly PageName[] = ['A', 'B', 'N', 'P', 'C']
const TAGS: readonly TagName[] = ['x', 'y', '_N_T_/p']
/** A page of a listing that is so long holds the whole log. */
const LONG_PAGE = 100

/**
 * What every schedule ends with, when all faults are over: every page must become fresh again on every instance, and
 * stay so; and then once more, after each instance was called for an invalidation at the same time.
 */
export function lastActions({ actions, settings, quietAtMs }: Plan, random: Random, isPruned: boolean): TimedAction[] {
  // Machines that are frozen beyond the end of faults thaw first.
  const thawedAt = actions.map((action) => (action.kind === 'freeze' ? action.at + action.ms : 0))
  const start = Math.max(quietAtMs, ...thawedAt) + SETTLE_MS
  const round = (at: number, mustBeFresh: boolean): TimedAction[] =>
    PAGES.flatMap((page, place) =>
      Array.from({ length: settings.instances }, (_, instance) => ({
        at: at + (place * settings.instances + instance) * BETWEEN_REQUESTS_MS,
        kind: 'request',
        instance,
        page,
        // A merge may take everything away at any time, where it drops what is seconds old.
        mustBeFresh: mustBeFresh && !isPruned,
      })),
    )
  const rounds = (at: number, mustEndFresh = true): TimedAction[] =>
    [false, false, mustEndFresh].flatMap((mustBeFresh, index) => round(at + index * BETWEEN_ROUNDS_MS, mustBeFresh))
  // What was in damaged objects some know and some do not, and what they took for clears differs: without a memory they
  // render anew what another rendered, until there is one event that all know.
  const isDamaged = actions.some(({ kind }) => kind === 'damage-log')
  // Where a listing takes long, or rings are refused, who called does not wait for the end.
  const isQuick = settings.pageSize >= LONG_PAGE && !settings.limitsRings
  const onceMore = start + 4 * BETWEEN_ROUNDS_MS
  const invalidations = Array.from({ length: settings.instances }, (_, instance): TimedAction[] => {
    const at = onceMore + random.int(0, AT_ONCE_MS)
    const tag = TAGS[instance % TAGS.length] ?? 'x'
    return [
      { at, kind: 'invalidate', instance, tag, mustBeAcknowledged: isQuick },
      { at: at + random.int(0, 2 * AT_ONCE_MS), kind: 'request', instance, page: 'N' },
    ]
  })
  return [...rounds(start, !isDamaged), ...invalidations.flat(), ...rounds(onceMore + BETWEEN_ROUNDS_MS)]
}
