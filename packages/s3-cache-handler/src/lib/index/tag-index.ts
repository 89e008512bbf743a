import { LRUCache } from 'lru-cache'
import type { Layout } from '../keys/layout.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import type { ObjectStore } from '../object-store/object-store.ts'

/** Entries whose index objects are remembered, so that rendering them anew writes none. */
const MAX_REMEMBERED = 20_000
/** Next's own tags, one for each part of a path, and the address of a response: nobody looks entries up by those. */
export const isImplicitTag = (tag: string): boolean => /^(_N_T_|_url:)/.test(tag)

/**
 * One zero-byte object for each tag of an entry: they answer "what carries this tag?" with a listing. Freshness never
 * depends on them.
 */
export class TagIndex {
  readonly #store: ObjectStore
  readonly #layout: Layout
  /** The tags under which an entry is known to be indexed. */
  readonly #indexed = new LRUCache<string, readonly string[]>({ max: MAX_REMEMBERED })

  constructor(store: ObjectStore, layout: Layout) {
    this.#store = store
    this.#layout = layout
  }

  /** How many entries are known to be indexed. */
  get size(): number {
    return this.#indexed.size
  }

  /** An entry that was read from the store has its index objects, unless it says otherwise: they are written first. */
  remember(entryKey: string, tags: readonly string[]): void {
    this.#indexed.set(entryKey, explicit(tags))
  }

  /** Writes the index objects that an entry lacks. Before the entry, so that none is without them. */
  async add(entryKey: string, tags: readonly string[]): Promise<void> {
    const present = this.#indexed.get(entryKey) ?? []
    const missing = explicit(tags).filter((tag) => !present.includes(tag))
    await mapConcurrently(missing, (tag) => this.#store.put(this.#layout.index(tag, entryKey), Buffer.alloc(0)))
    if (missing.length > 0) this.#indexed.set(entryKey, [...present, ...missing])
  }

  /** Deletes the index objects of tags that an entry carries no more. After the entry, for the same reason. */
  async removeOthers(entryKey: string, tags: readonly string[]): Promise<void> {
    const present = this.#indexed.get(entryKey) ?? []
    const obsolete = present.filter((tag) => !tags.includes(tag))
    if (obsolete.length === 0) return
    const { failed } = await this.#store.deleteMany(obsolete.map((tag) => this.#layout.index(tag, entryKey)))
    if (failed.length === 0) this.remember(entryKey, tags)
  }

  /** The entry is gone from the store, and its index objects may be, too. */
  forget(entryKey: string): void {
    this.#indexed.delete(entryKey)
  }
}

/** Each once, and without implicit ones. */
export const explicit = (tags: readonly string[]): string[] => [...new Set(tags.filter((tag) => !isImplicitTag(tag)))]
