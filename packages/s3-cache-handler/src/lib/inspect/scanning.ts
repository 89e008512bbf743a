import { mapConcurrently } from '../map-concurrently.ts'
import { headOrAbsent } from '../object-store/head-or-absent.ts'
import type { ObjectSummary } from '../object-store/object-store.ts'
import { isObjectStoreError, type ObjectStoreError } from '../object-store/object-store-error.ts'
import { type EntryReport, reportOf } from './describe-entry.ts'
import type { ListCursor } from './list-cursor.ts'
import { readEntry } from './read-entry.ts'
import type { Scan, ScanLimits, ScannedEntry, ScanParts } from './scan-entries.ts'
import { type StoredEntry, storedEntry } from './stored-entry.ts'

/** So many are looked into before it is asked again whether that is enough. */
const LONGEST_CHUNK = 16

interface Wanted {
  /** As it is stored. */
  readonly tag: string | undefined
  readonly state: EntryReport['state'] | undefined
}

/** What one scan has done so far. */
export class Scanning {
  readonly #parts: ScanParts
  readonly #wanted: Wanted
  readonly #limits: ScanLimits
  readonly #entries: ScannedEntry[] = []
  readonly #failures: ObjectStoreError[] = []
  #listings = 0
  #listed = 0
  #requests = 0
  #read = 0
  #bytes = 0
  #isOutOfBytes = false
  #tooLarge = 0

  constructor(parts: ScanParts, wanted: Wanted, limits: ScanLimits) {
    this.#parts = parts
    this.#wanted = wanted
    this.#limits = limits
  }

  get mayList(): boolean {
    return !this.#isDone && this.#listings < this.#limits.listings
  }

  get #isFull(): boolean {
    return this.#entries.length >= this.#limits.entries
  }

  get #isDone(): boolean {
    return this.#isFull || this.#isOutOfBytes || this.#room < 1
  }

  /** How many objects may still be looked into, by their requests. */
  get #room(): number {
    const requestsEach = this.#wanted.tag === undefined ? 1 : 2
    return Math.floor((this.#limits.requests - this.#requests) / requestsEach)
  }

  /** Looks into what was listed, as far as it may: resolves with how many of them that were. */
  async take(objects: readonly ObjectSummary[], listed: number): Promise<number> {
    this.#listings++
    this.#listed += listed
    let taken = 0
    while (taken < objects.length && !this.#isDone) {
      const length = Math.min(this.#limits.entries - this.#entries.length, this.#room, LONGEST_CHUNK)
      const chunk = await mapConcurrently(objects.slice(taken, taken + length), (object) => this.#lookUp(object))
      const fitting = this.#thatFit(chunk)
      this.#entries.push(...(await mapConcurrently(fitting, (stored) => this.#lookInto(stored))).flat())
      taken += fitting.length
    }
    return taken
  }

  result(next: ListCursor | undefined): Scan {
    return {
      entries: this.#entries,
      next,
      isCut: next !== undefined && !this.#isFull,
      listed: this.#listed,
      read: this.#read,
      tooLarge: this.#tooLarge,
      failures: this.#failures,
    }
  }

  /** Undefined where there is none: the index may name what is gone. */
  async #lookUp(object: ObjectSummary): Promise<StoredEntry | undefined> {
    const { store, layout } = this.#parts
    if (this.#wanted.tag === undefined) return storedEntry(layout, object)
    const head = await this.#ask(() => headOrAbsent(store, layout.entryOfIndex(object.key)))
    return head === undefined || head === 'failed' ? undefined : storedEntry(layout, head)
  }

  /** As many of them as may be read, by their bytes. */
  #thatFit(found: readonly (StoredEntry | undefined)[]): readonly (StoredEntry | undefined)[] {
    for (const [index, stored] of found.entries()) {
      const bytes = stored === undefined || this.#isTooLarge(stored) ? 0 : stored.size
      this.#isOutOfBytes = this.#bytes + bytes > this.#limits.bytes
      if (this.#isOutOfBytes) return found.slice(0, index)
      this.#bytes += bytes
    }
    return found
  }

  #isTooLarge({ size }: StoredEntry): boolean {
    return size > this.#limits.bytesEach
  }

  /** None, or one. */
  async #lookInto(stored: StoredEntry | undefined): Promise<readonly ScannedEntry[]> {
    if (stored === undefined) return []
    const { store, cache } = this.#parts
    const { tag, state } = this.#wanted
    if (this.#isTooLarge(stored)) {
      if (state === undefined) return [stored]
      this.#tooLarge++
      return []
    }
    const read = await this.#ask(() => readEntry(store, stored.objectKey, { absentIfDenied: false }))
    if (read === 'failed') return state === undefined ? [stored] : []
    if (read === undefined) return []
    this.#read++
    const report = reportOf(cache, stored, read)
    const isWanted = (state === undefined || report.state === state) && (tag === undefined || report.tags.includes(tag))
    return isWanted ? [report] : []
  }

  /** One request that fails must not take what the others tell. */
  async #ask<T>(request: () => Promise<T>): Promise<T | 'failed'> {
    this.#requests++
    try {
      return await request()
    } catch (error) {
      if (!isObjectStoreError(error)) throw error
      this.#failures.push(error)
      return 'failed'
    }
  }
}
