import type { Emit } from './cache-events.ts'
import { decodeObject, encodeObject, expiresAtOf } from './codec/object-codec.ts'
import type { Entry } from './entry.ts'
import { asError } from './errors.ts'
import type { TagIndex } from './index/tag-index.ts'
import { EXPIRY_TAG, expiryClassOf } from './lifecycle/expiry-class.ts'
import type { ObjectStore, PutOptions } from './object-store/object-store.ts'

/** What the store has under an entry's key. */
export type Loaded =
  | { readonly kind: 'loaded'; readonly entry: Entry; readonly etag: string }
  /** Still what this instance has. */
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'absent' }
  /** An object that holds no such entry. */
  | { readonly kind: 'corrupt'; readonly etag: string }
  | { readonly kind: 'failed'; readonly error: Error }

/** What a write came to; a failure is reported already. */
export type StoreOutcome =
  | { readonly kind: 'stored'; readonly etag: string | undefined }
  | { readonly kind: 'condition-failed' }
  | { readonly kind: 'failed'; readonly error: Error }

export type Condition = Pick<PutOptions, 'ifMatch' | 'ifNoneMatch'>

export interface StoredEntriesParts {
  readonly store: ObjectStore
  readonly index: TagIndex
  readonly emit: Emit
  readonly compressMinBytes: number
  /** Whether objects are to carry {@link EXPIRY_TAG}, and can. */
  readonly hasExpiryTags: () => Promise<boolean>
  /** The store's time, in ms since the Unix epoch. */
  readonly now: () => number
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
      const decoded = await decodeObject(result)
      const entry = decoded.kind === 'entry' ? decoded.entry : undefined
      if (entry === undefined || entry.key !== key || entry.kind !== kind) {
        const reason = decoded.kind === 'corrupt' ? decoded.reason : 'holds another entry'
        emit({ name: 'corrupt', objectKey, reason })
        return { kind: 'corrupt', etag: result.etag }
      }
      if (entry.isUnindexed !== true) index.remember(objectKey, entry.tags)
      return { kind: 'loaded', entry, etag: result.etag }
    } catch (error) {
      // The store's wrapper has reported it.
      return { kind: 'failed', error: asError(error) }
    }
  }

  /** With a condition it is one attempt: a repetition would fail the condition that the first one met. */
  async store(objectKey: string, entry: Entry, condition: Condition = {}): Promise<StoreOutcome> {
    const { store, index, emit, compressMinBytes } = this.#parts
    const { kind, key, tags } = entry
    try {
      const isIndexed = await this.#tryIndex(entry, () => index.add(objectKey, tags))
      const indexed = isIndexed ? entry : { ...entry, isUnindexed: true }
      const { body, ...options } = await encodeObject(indexed, { compressMinBytes })
      const result = await store.put(objectKey, body, { ...options, ...(await this.#expiryOf(entry)), ...condition })
      if (result.kind === 'condition-failed') {
        index.forget(objectKey)
        return result
      }
      emit({ name: 'stored', kind, key, bytes: body.length })
      if (isIndexed) await this.#tryIndex(entry, () => index.removeOthers(objectKey, tags))
      return result
    } catch (error) {
      const reason = asError(error)
      emit({ name: 'not-stored', kind, key, error: reason })
      return { kind: 'failed', error: reason }
    }
  }

  async #expiryOf(entry: Entry): Promise<Pick<PutOptions, 'tags'>> {
    const { hasExpiryTags, now } = this.#parts
    if (!(await hasExpiryTags())) return {}
    const days = expiryClassOf(expiresAtOf(entry), now())
    return days === undefined ? {} : { tags: { [EXPIRY_TAG]: String(days) } }
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
