/** An invalidation of one tag. */
export type TagEvent =
  /** Gone now: `updateTag`, `revalidatePath`, `revalidateTag` with one argument. */
  | { readonly kind: 'hard'; readonly at: number }
  /** Stale now, gone at `deadline` (ms since the Unix epoch, Infinity for never): `revalidateTag(tag, profile)`. */
  | { readonly kind: 'soft'; readonly at: number; readonly deadline: number }

/** All that must be remembered of a tag's events. */
export interface TagState {
  /** The latest hard event's stamp; -Infinity for none. */
  readonly hardAt: number
  /** The soft events that no other outdoes. */
  readonly soft: readonly { readonly at: number; readonly deadline: number }[]
}

export const NO_EVENTS: TagState = { hardAt: -Infinity, soft: [] }

/**
 * Adds an event. The order and the number of times that events are added in make no difference. A soft event never
 * undoes a hard one: the two are kept apart, where Next's own single slot lets a later soft one revive what is gone.
 */
export function addTagEvent({ hardAt, soft }: TagState, event: TagEvent): TagState {
  const latestHardAt = event.kind === 'hard' ? Math.max(hardAt, event.at) : hardAt
  const candidates = event.kind === 'soft' ? [...soft, { at: event.at, deadline: event.deadline }] : soft
  return {
    hardAt: latestHardAt,
    soft: candidates.filter(
      (one, index) =>
        one.at > latestHardAt && !candidates.some((other, otherIndex) => outdoes(other, one, otherIndex < index)),
    ),
  }
}

interface SoftEvent {
  readonly at: number
  readonly deadline: number
}

/** Hits at least the same entries and takes them away no later. Of two alike, the first stays. */
function outdoes(other: SoftEvent, one: SoftEvent, isFirst: boolean): boolean {
  if (other.at === one.at && other.deadline === one.deadline) return isFirst
  return other.at >= one.at && other.deadline <= one.deadline
}
