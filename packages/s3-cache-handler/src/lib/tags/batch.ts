import type { StoreClock } from '../store-clock.ts'
import { NO_EVENTS, roundedDeadline, type SoftEvent, type SubjectState, type TagState } from '../tag-state.ts'
import { boundEvents } from './bound-events.ts'
import type { Marks, Subject } from './subjects.ts'
import { TagFold } from './tag-fold.ts'

/** Invalidations that are to be stored together, and who waits for that. They have no stamps yet. */
export class Batch {
  readonly #clock: Pick<StoreClock, 'now' | 'correctionMs'>
  readonly #maxEvents: number
  /** With the order of the call in place of the stamp. */
  #events = new TagFold()
  /** Whether deadlines count from a guess, because the store had not told its time. */
  #isGuessed: boolean
  #waiters: ((isAcknowledged: boolean) => void)[] = []

  constructor(clock: Pick<StoreClock, 'now' | 'correctionMs'>, maxEvents: number) {
    this.#clock = clock
    this.#maxEvents = maxEvents
    this.#isGuessed = clock.correctionMs === undefined
  }

  /** How many subjects it is about. */
  get size(): number {
    return this.#events.size
  }

  /** @param expireSeconds Absent, or no positive number: gone now. Else stale now and gone after so long. */
  add(subjects: readonly Subject[], order: number, expireSeconds: number | undefined): void {
    this.#correct()
    const now = this.#clock.now()
    const state = toState(order, now, expireSeconds)
    for (const subject of subjects) this.#events.add(subject, state, now)
    // An outage may last longer than there is memory for all that is invalidated meanwhile.
    this.#bound()
  }

  /** Resolves with what {@link answer} is given. */
  wait(): Promise<boolean> {
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  answer(isAcknowledged: boolean): void {
    for (const resolve of this.#waiters.splice(0)) resolve(isAcknowledged)
  }

  /** Takes over all of another, waiters included. */
  take(other: Batch): void {
    this.#correct()
    other.#correct()
    this.#events.addAll(other.#events, this.#clock.now())
    this.#bound()
    this.#isGuessed = other.#isGuessed
    this.#waiters.push(...other.#waiters.splice(0))
    other.#events = new TagFold()
  }

  matching(marks: Marks): SubjectState[] {
    this.#correct()
    return this.#events.matching(marks)
  }

  /** The same events, all with this stamp. */
  stamped(at: number): TagFold {
    this.#correct()
    return this.#events.map(({ hardAt, soft }) => ({
      hardAt: hardAt === -Infinity ? hardAt : at,
      soft: soft.map(({ deadline }) => ({ at, deadline })),
    }))
  }

  /** Its events are known with their stamps; whoever waits for more than that goes on waiting. */
  clear(): void {
    this.#events = new TagFold()
  }

  /** Its stamps are orders: what is called later here is not hit by a clear in the order of the last of them. */
  #bound(): void {
    this.#events = boundEvents(this.#events, this.#maxEvents, this.#events.highest)
  }

  /** Once the store has told its time: a wall clock that is fast would set deadlines too late. */
  #correct(): void {
    const { correctionMs } = this.#clock
    if (!this.#isGuessed || correctionMs === undefined) return
    this.#isGuessed = false
    const move = ({ at, deadline }: SoftEvent): SoftEvent => ({ at, deadline: deadline + correctionMs })
    this.#events = this.#events.map((state) => ({ ...state, soft: state.soft.map(move) }))
  }
}

function toState(at: number, now: number, expireSeconds: number | undefined): TagState {
  const isSoft = expireSeconds !== undefined && expireSeconds > 0
  return isSoft
    ? { ...NO_EVENTS, soft: [{ at, deadline: roundedDeadline(now, expireSeconds) }] }
    : { ...NO_EVENTS, hardAt: at }
}
