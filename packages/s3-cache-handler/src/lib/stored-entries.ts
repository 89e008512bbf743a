import type { Emit } from './cache-events.ts'
import { decodeEntry, encodeEntry, ENTRY_CONTENT_TYPE } from './codec/entry-codec.ts'
import type { Entry } from './entry.ts'
import { asError } from './errors.ts'
import type { TagIndex } from './index/tag-index.ts'
import type { ObjectStore } from './object-store/object-store.ts'

/** What the store has under an entry's key. */
export type Loaded =
  | { readonly kind: 'loaded'; readonly entry: Entry; readonly etag: string }
  /** Still what this instance has. */
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed' }

export interface StoredEntriesParts {
  readonly store: ObjectStore
  readonly index: TagIndex
  readonly emit: Emit
  readonly compressMinBytes: number
}

/** Entries as objects of the store, with their index objects. Nothing here rejects: what fails is an event. */
export class StoredEntries {
  readonly #parts: StoredEntriesParts

  constructor(parts: StoredEntriesParts) {
    this.#parts = parts
  }

  /** @param etag Of the copy that is here already. */
  async load(objectKey: string, { kind, key }: Pick<Entry, 'kind' | 'key'>, etag?: string): Promise<Loaded> {
    const { store, index, emit } = this.#parts
    try {
      const result = await store.get(objectKey, { ifNoneMatch: etag, absentIfDenied: true })
      if (result.kind === 'not-modified') return result
      if (result.kind === 'absent') {
        index.forget(objectKey)
        return result
      }
      const decoded = await decodeEntry(result.body)
      const entry = decoded.kind === 'entry' ? decoded.entry : undefined
      if (entry === undefined || entry.key !== key || entry.kind !== kind) {
        const reason = decoded.kind === 'corrupt' ? decoded.reason : 'holds another entry'
        emit({ name: 'corrupt', objectKey, reason })
        return { kind: 'failed' }
      }
      if (entry.isUnindexed !== true) index.remember(objectKey, entry.tags)
      return { kind: 'loaded', entry, etag: result.etag }
    } catch {
      // The store's wrapper has reported it.
      return { kind: 'failed' }
    }
  }

  /** Answers with the new ETag; undefined where the entry is not stored, or the store names none. */
  async store(objectKey: string, entry: Entry): Promise<string | undefined> {
    const { store, index, emit, compressMinBytes } = this.#parts
    const { kind, key, tags } = entry
    try {
      const isIndexed = await this.#tryIndex(entry, () => index.add(objectKey, tags))
      const bytes = await encodeEntry(isIndexed ? entry : { ...entry, isUnindexed: true }, { compressMinBytes })
      const result = await store.put(objectKey, bytes, { contentType: ENTRY_CONTENT_TYPE })
      emit({ name: 'stored', kind, key, bytes: bytes.length })
      if (isIndexed) await this.#tryIndex(entry, () => index.removeOthers(objectKey, tags))
      return result.kind === 'stored' ? result.etag : undefined
    } catch (error) {
      emit({ name: 'not-stored', kind, key, error: asError(error) })
      return undefined
    }
  }

  /** Whether it went well. The index is for people: an entry is stored without it, too. */
  async #tryIndex({ kind, key }: Entry, step: () => Promise<void>): Promise<boolean> {
    try {
      await step()
      return true
    } catch (error) {
      this.#parts.emit({ name: 'not-indexed', kind, key, error: asError(error) })
      return false
    }
  }
}
