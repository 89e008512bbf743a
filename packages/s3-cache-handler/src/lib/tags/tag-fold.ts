import { highestStamp, joinTagStates, settleTagState, type SubjectState, type TagState } from '../tag-state.ts'
import { addressSubject, AGED, type Marks, prefixSubject, type Subject, tagSubject } from './subjects.ts'

/** Every event that is known, folded by subject. Which order they are added in, and how often, makes no difference. */
export class TagFold {
  readonly #states = new Map<Subject, TagState>()
  #events = 0
  /** Lengths that prefixes have: so that a look-up need not try them all. */
  readonly #prefixLengths = new Set<number>()
  /** How many parts tags with commas have. */
  readonly #partCounts = new Set<number>()
  #highest = 0

  /** @param now Soft events that have reached their deadline by then count as hard ones, which are fewer. */
  add(subject: Subject, state: TagState, now: number): void {
    const present = this.#states.get(subject)
    // Most subjects of a log are new to whoever starts, who has to take in 100,000 of them before the first answer.
    const next = present === undefined ? state : settleTagState(joinTagStates(present, state), now)
    this.#states.set(subject, next)
    this.#events += eventsIn(next) - (present === undefined ? 0 : eventsIn(present))
    if (subject.startsWith('p:')) this.#prefixLengths.add(subject.length - 2)
    if (subject.startsWith('t:') && subject.includes(',')) this.#partCounts.add(subject.split(',').length)
    this.#highest = Math.max(this.#highest, highestStamp(state))
  }

  addAll(other: TagFold, now: number): void {
    for (const [subject, state] of other) this.add(subject, state, now)
  }

  /** The same events with other stamps, other deadlines, or both. */
  map(change: (state: TagState) => TagState): TagFold {
    const changed = new TagFold()
    for (const [subject, state] of this) changed.add(subject, change(state), -Infinity)
    return changed
  }

  /** What is known of an entry with these marks. */
  matching({ tags, readerTags = [], addresses }: Marks): SubjectState[] {
    if (this.#states.size === 0) return []
    const ownTags = [...tags, ...this.#joinedOf(tags)]
    const own = [...ownTags.map(tagSubject), ...addresses.map(addressSubject), ...this.#prefixesOf(addresses)]
    const others = [...readerTags.filter((tag) => !tags.includes(tag)).map(tagSubject), AGED] as const
    return [...this.#statesOf(own, true), ...this.#statesOf(others, false)]
  }

  has(subject: Subject): boolean {
    return this.#states.has(subject)
  }

  /** The highest stamp of all events; 0 for none. */
  get highest(): number {
    return this.#highest
  }

  /** How many events there are: one hard one a subject, and its soft ones. */
  get events(): number {
    return this.#events
  }

  /** How many subjects they are about. */
  get size(): number {
    return this.#states.size
  }

  [Symbol.iterator](): IterableIterator<[Subject, TagState]> {
    return this.#states.entries()
  }

  #statesOf(subjects: readonly Subject[], isOwn: boolean): SubjectState[] {
    return subjects.flatMap((subject) => {
      const state = this.#states.get(subject)
      return state === undefined ? [] : [{ subject, state, isOwn }]
    })
  }

  /**
   * Next hands over the tags of a response joined by commas: one with commas in it comes as several, one after the other.
   * Rather is too much invalidated, where two tags happen to stand side by side, than something missed.
   */
  #joinedOf(tags: readonly string[]): string[] {
    return [...this.#partCounts].flatMap((count) =>
      tags.slice(count - 1).map((_, first) => tags.slice(first, first + count).join(',')),
    )
  }

  #prefixesOf(addresses: readonly string[]): Subject[] {
    const lengths = [...this.#prefixLengths]
    return addresses.flatMap((address) =>
      lengths.filter((length) => length <= address.length).map((length) => prefixSubject(address.slice(0, length))),
    )
  }
}

const eventsIn = ({ hardAt, soft }: TagState): number => soft.length + (hardAt === -Infinity ? 0 : 1)
