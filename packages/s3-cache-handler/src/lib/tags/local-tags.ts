import { addTagEvent, NO_EVENTS, type TagEvent, type TagState } from '../tag-state.ts'

/** What an instance knows about invalidated tags. */
export interface TagView {
  stateOf(tag: string): TagState
  /** The stamp that a render beginning now is to carry as its entry's `seen`. */
  seen(): number
  /** Records an invalidation of `tags`. `expireSeconds` absent: gone now. Else stale now and gone after so long. */
  invalidate(tags: readonly string[], expireSeconds?: number): void
}

/** The tags that this process invalidated itself, forgotten with it. Its stamps are this process's clock. */
export function createLocalTags(now: () => number = Date.now): TagView {
  const states = new Map<string, TagState>()
  let highestAt = 0
  return {
    stateOf: (tag) => states.get(tag) ?? NO_EVENTS,
    // Less one: a render that begins in the very millisecond of a later invalidation began before it.
    seen: () => Math.max(highestAt, now() - 1),
    invalidate(tags, expireSeconds) {
      highestAt = Math.max(now(), highestAt + 1)
      const event = toEvent(highestAt, expireSeconds)
      for (const tag of tags) states.set(tag, addTagEvent(states.get(tag) ?? NO_EVENTS, event))
    },
  }
}

function toEvent(at: number, expireSeconds: number | undefined): TagEvent {
  if (expireSeconds === undefined || expireSeconds <= 0) return { kind: 'hard', at }
  return { kind: 'soft', at, deadline: at + expireSeconds * 1000 }
}
