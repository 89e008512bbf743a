import type { CacheEntry } from '@epic-web/cachified'
import { boundedSet } from '../bounded-set.ts'
import type { Knowledge } from '../entry.ts'

/** Entries that may be set again: soon after they were last read, if at all. */
const MAX_ENTRIES = 1000

/** An entry, by when its making began. */
interface Dated {
  readonly createdTime: number
  readonly knowledge: Knowledge
}

/** A value, by the entry that it came from. */
interface Owned {
  readonly text: string
  readonly knowledge: Knowledge
}

/**
 * What the makings of entries knew that were read. Cachified sets some of them again, with another time to live
 * (`softPurge`), with another value (`migrate`), or as if they were new (`fallbackToCache`); none of that knows more than
 * was known before.
 */
export class HandedOut {
  readonly #dated = new Map<string, Dated>()
  readonly #owned = new WeakMap<object, Owned>()

  /** @param isStale By an invalidation. What is not may pass for new: nothing that is known hits it. */
  add(text: string, { metadata: { createdTime }, value }: CacheEntry, knowledge: Knowledge, isStale: boolean): void {
    // Behind all others: the one that was read first makes room.
    this.#dated.delete(text)
    boundedSet(this.#dated, text, { createdTime, knowledge }, MAX_ENTRIES)
    if (isStale && isObject(value)) this.#owned.set(value, { text, knowledge })
  }

  /** From now on what is set is new, whenever its making began. */
  forget(text: string): void {
    this.#dated.delete(text)
  }

  /** Undefined for what was made anew. */
  find(text: string, { metadata: { createdTime }, value }: CacheEntry): Knowledge | undefined {
    const dated = this.#dated.get(text)
    if (dated?.createdTime === createdTime) return dated.knowledge
    const owned = isObject(value) ? this.#owned.get(value) : undefined
    // Under another key it is what that one was made of.
    return owned?.text === text ? owned.knowledge : undefined
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
