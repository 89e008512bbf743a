import { outside } from '../async-context.ts'
import { onBehalf } from '../cause.ts'
import type { Cache } from '../cache.ts'
import { decodeObject, expiresAtIn } from '../codec/object-codec.ts'
import { InvalidOptionError } from '../errors.ts'
import { decodeKey, encodeKeyPrefix, MAX_KEY_HEAD_BYTES } from '../keys/encode-key.ts'
import { addressPrefix, type Layout } from '../keys/layout.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import { listPages } from '../object-store/list-pages.ts'
import type { ObjectStore, ObjectSummary } from '../object-store/object-store.ts'
import { show } from '../options/resolve-options.ts'
import { prefixSubject } from '../tags/subjects.ts'
import { DATA_SCOPE } from './data-value.ts'

export interface ListingParts {
  readonly cache: Cache
  readonly store: ObjectStore
  readonly layout: Layout
  /** The store's time, in ms since the Unix epoch. */
  readonly now: () => number
}

/** A stored object and the text of its key. */
export interface Listed extends Pick<ObjectSummary, 'size' | 'lastModified'> {
  readonly text: string
}

interface PageOptions {
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

/** What concerns all entries whose keys begin alike. */
export class Listing {
  readonly #parts: ListingParts

  constructor(parts: ListingParts) {
    this.#parts = parts
  }

  async page(
    prefix: string,
    options: PageOptions,
  ): Promise<{ readonly listed: Listed[]; readonly cursor: string | undefined }> {
    requirePage(options)
    const { store } = this.#parts
    const { objects, cursor } = await onBehalf(() => store.list(this.#folder(prefix), options))
    const named = await mapConcurrently(objects, async (object) => ({
      ...object,
      text: await this.#textOf(object.key),
    }))
    // What was deleted meanwhile, or cannot be read, has no key any more.
    return {
      listed: named.flatMap((object) => (object.text === undefined ? [] : [{ ...object, text: object.text }])),
      cursor,
    }
  }

  /** Deletes the entries, by pages of 1,000, after an event that takes them out of every memory. */
  async clear(prefix: string): Promise<number> {
    const { cache } = this.#parts
    const folder = this.#folder(prefix)
    const subject = prefixSubject(addressPrefix(DATA_SCOPE, 'data', prefix))
    return await outside(() => cache.clear([subject], { by: 'prefix', prefixes: [folder], isSelected: () => true }))
  }

  /**
   * Deletes what has expired by the word of its metadata. What was replaced meanwhile stays, unless by the same bytes: a
   * value that is stored raw has no other ETag with another lifetime. Each HEAD is followed by its DELETE, so that this
   * takes a `set` between the two; the entry is a miss then, and never wrong.
   */
  async prune(prefix: string, maxDeletes: number): Promise<{ readonly scanned: number; readonly deleted: number }> {
    if (!(typeof maxDeletes === 'number' && maxDeletes >= 0)) {
      throw new InvalidOptionError('maxDeletes', `"maxDeletes" must be a number of 0 or more, got ${show(maxDeletes)}`)
    }
    return await outside(() => this.#prune(this.#folder(prefix), maxDeletes))
  }

  async #prune(folder: string, maxDeletes: number): Promise<{ scanned: number; deleted: number }> {
    const { store, now } = this.#parts
    const count = { scanned: 0, deleted: 0 }
    for await (const page of listPages(store, folder)) {
      await mapConcurrently(page, async ({ key }) => {
        if (count.deleted >= maxDeletes) return
        count.scanned++
        const head = await store.head(key)
        const expiresAt = expiresAtIn(head?.metadata)
        if (head === undefined || expiresAt === undefined || now() <= expiresAt || count.deleted >= maxDeletes) return
        count.deleted++
        if (!(await store.delete(key, { ifMatch: head.etag }))) count.deleted--
      })
      if (count.deleted >= maxDeletes) break
    }
    return count
  }

  #folder(prefix: string): string {
    const encoded = encodeKeyPrefix(prefix)
    // From there on a prefix is cut, and other keys begin as it does.
    if (encoded.length < MAX_KEY_HEAD_BYTES) return this.#parts.layout.entries(DATA_SCOPE, 'data') + encoded
    const limit = `must be shorter than ${MAX_KEY_HEAD_BYTES} bytes as an object name`
    throw new InvalidOptionError('prefix', `"prefix" ${limit}, got ${JSON.stringify(`${prefix.slice(0, 40)}…`)}`)
  }

  /** A key that is too long for an object's name is read from its entry. */
  async #textOf(objectKey: string): Promise<string | undefined> {
    const { layout, store } = this.#parts
    const text = decodeKey(layout.partsOf(objectKey).encodedKey)
    if (text !== undefined) return text
    const object = await store.get(objectKey, { absentIfDenied: true })
    const decoded = object.kind === 'found' ? await decodeObject(object) : undefined
    return decoded?.kind === 'entry' ? decoded.entry.key : undefined
  }
}

/** A listing of none would look like the last page. */
function requirePage({ cursor, limit }: PageOptions): void {
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE)) {
    throw new InvalidOptionError('limit', `"limit" must be a whole number from 1 to ${MAX_PAGE}, got ${show(limit)}`)
  }
  if (cursor !== undefined && typeof cursor !== 'string') {
    throw new InvalidOptionError('cursor', `"cursor" must be a string, got ${show(cursor)}`)
  }
}

/** S3 lists no more with one request. */
const MAX_PAGE = 1000
