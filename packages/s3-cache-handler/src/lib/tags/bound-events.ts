import { highestStamp } from '../tag-state.ts'
import { pruneEvents } from './prune-events.ts'
import type { TagFold } from './tag-fold.ts'

/** Of how many subjects events are remembered. Each takes about 225 bytes of heap, see `benches/results.md`. */
export const MAX_SUBJECTS = 250_000

/**
 * The same events where they are about `max` subjects at most. Else the half that is older becomes one clear of everything
 * that did not know of it: what is forgotten costs a render, and never brings an old page back.
 */
export function boundEvents(events: TagFold, max: number): TagFold {
  if (events.size <= max) return events
  const stamps = Array.from(events, ([, state]) => highestStamp(state)).toSorted((one, other) => other - one)
  const latestForgotten = stamps[max >> 1] ?? 0
  return pruneEvents(events, (at) => at <= latestForgotten)
}
