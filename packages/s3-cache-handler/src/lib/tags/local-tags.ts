import { addTagEvent, NO_EVENTS, roundedDeadline, settleTagState, type TagEvent, type TagState } from '../tag-state.ts'

/** What an instance knows about invalidated tags. */
export interface TagView {
  stateOf(tag: string): TagState
  /** The stamp that a render beginning now is to carry as its entry's `seen`. */
  seen(): number
  /** Records an invalidation of `tags`. `expireSeconds` absent: gone now. Else stale now and gone after so long. */
  invalidate(tags: readonly string[], expireSeconds?: number): void
}

/**
 * The tags that this process invalidated itself, forgotten with it. Stamps are this process's clock, and never go back
 * where that does.
 */
export function createLocalTags(now: () => number = Date.now): TagView {
  const states = new Map<string, TagState>()
  let highest = 0
  return {
    stateOf: (tag) => states.get(tag) ?? NO_EVENTS,
    // Less one: a render that begins in the very millisecond of a later invalidation began before it.
    seen: () => (highest = Math.max(highest, now() - 1)),
    invalidate(tags, expireSeconds) {
      highest = Math.max(now(), highest + 1)
      const event = toEvent(highest, now(), expireSeconds)
      for (const tag of tags) {
        states.set(tag, addTagEvent(settleTagState(states.get(tag) ?? NO_EVENTS, now()), event))
      }
    },
  }
}

function toEvent(at: number, now: number, expireSeconds: number | undefined): TagEvent {
  if (expireSeconds === undefined || expireSeconds <= 0) return { kind: 'hard', at }
  return { kind: 'soft', at, deadline: roundedDeadline(now, expireSeconds) }
}
