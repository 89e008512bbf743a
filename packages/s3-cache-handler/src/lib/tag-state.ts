/** An invalidation of one tag. */
export type TagEvent =
  /** Gone now: `updateTag`, `revalidatePath`, `revalidateTag` with one argument. */
  | { readonly kind: 'hard'; readonly at: number }
  /** Stale now, gone at its deadline: `revalidateTag(tag, profile)`. */
  | ({ readonly kind: 'soft' } & SoftEvent)

export interface SoftEvent {
  readonly at: number
  /** Ms since the Unix epoch; Infinity for never. */
  readonly deadline: number
}

/** All that must be remembered of a tag's events. */
export interface TagState {
  /** The latest hard event's stamp; -Infinity for none. */
  readonly hardAt: number
  /** The soft events that no other outdoes. */
  readonly soft: readonly SoftEvent[]
}

/** What is known of one of the subjects that concern an entry: a tag, an address, a prefix of one. */
export interface SubjectState {
  readonly subject: string
  readonly state: TagState
  /** Whether the entry's render, where it names no stamp for the subject, knew of no event. Else its `seen` must do. */
  readonly isOwn: boolean
}

/** What is known of the invalidations that concern an entry. */
export interface KnownEvents {
  /** In the log: they hit what knew less of their subject. */
  readonly stored: readonly SubjectState[]
  /** On their way there from this process: they hit all but what was rendered here in a later `order`. */
  readonly onTheirWay: readonly TagState[]
  /** `none`: anything may have been invalidated. `own`: only by this process is it known. */
  readonly of: 'all' | 'own' | 'none'
}

export const NO_EVENTS: TagState = { hardAt: -Infinity, soft: [] }

/**
 * Adds an event. The order and the number of times that events are added in make no difference. A soft event never
 * undoes a hard one: the two are kept apart, where Next's own single slot lets a later soft one revive what is gone.
 */
export function addTagEvent({ hardAt, soft }: TagState, event: TagEvent): TagState {
  if (event.kind === 'hard') return withHardAt(Math.max(hardAt, event.at), soft)
  const { at, deadline } = event
  if (at <= hardAt || soft.some((other) => outdoes(other, event))) return { hardAt, soft }
  return { hardAt, soft: [...soft.filter((other) => !outdoes(event, other)), { at, deadline }] }
}

/** All that two states say together: commutative, associative and idempotent, so order and repetition make no difference. */
export function joinTagStates(one: TagState, other: TagState): TagState {
  const start = withHardAt(Math.max(one.hardAt, other.hardAt), one.soft)
  return other.soft.reduce<TagState>((state, event) => addTagEvent(state, { kind: 'soft', ...event }), start)
}

/** The highest stamp of its events; -Infinity for none. */
export const highestStamp = ({ hardAt, soft }: TagState): number =>
  soft.reduce((highest, { at }) => Math.max(highest, at), hardAt)

/** Makes hard what has reached its deadline: from then on the two are the same. */
export function settleTagState({ hardAt, soft }: TagState, now: number): TagState {
  const reached = soft.filter(({ deadline }) => deadline <= now).map(({ at }) => at)
  return withHardAt(Math.max(hardAt, ...reached), soft)
}

const withHardAt = (hardAt: number, soft: readonly SoftEvent[]): TagState => ({
  hardAt,
  soft: soft.filter(({ at }) => at > hardAt),
})

/** Hits at least the same entries and takes them away no later. */
const outdoes = (other: SoftEvent, one: SoftEvent): boolean => other.at >= one.at && other.deadline <= one.deadline

/**
 * A deadline for `expireSeconds` from `now`, rounded down to the largest power of two that is at most a sixteenth of it.
 * Without rounding no event of a tag that is softly invalidated over and over outdoes another, and all must be kept; so
 * it is about 32 at most.
 */
export function roundedDeadline(now: number, expireSeconds: number): number {
  const expireMs = expireSeconds * 1000
  if (expireMs === Infinity) return Infinity
  const step = 2 ** Math.max(0, Math.floor(Math.log2(expireMs / 16)))
  return Math.floor((now + expireMs) / step) * step
}
