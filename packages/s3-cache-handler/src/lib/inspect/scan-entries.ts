import { headerSafe } from '../header-safe.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import { headOrAbsent } from '../object-store/head-or-absent.ts'
import type { ObjectSummary } from '../object-store/object-store.ts'
import type { OpenCache } from '../open-cache.ts'
import { type EntryReport, reportOf } from './describe-entry.ts'
import { type EntryFilter, folderOf, matcherOf } from './find-entries.ts'
import { type ListCursor, listFrom } from './list-cursor.ts'
import { readEntry } from './read-entry.ts'
import { type StoredEntry, storedEntry } from './stored-entry.ts'

/** How much one scan may do at most. */
export interface ScanLimits {
  /** Entries that are found. */
  readonly entries: number
  /** Pages of the listing, one request each. */
  readonly listings: number
  /** Entries that are read, one request each, and one more where a tag is asked for. */
  readonly reads: number
  /** Bytes that are read. */
  readonly bytes: number
  /** Larger entries are not read. */
  readonly bytesEach: number
}

/** An entry as it was read, or as it was listed where it is too large to be read here. */
export type ScannedEntry = StoredEntry | EntryReport

/** What a scan has found, in the order of the listing. */
export interface Scan {
  readonly entries: readonly ScannedEntry[]
  /** Where the next one goes on; undefined at the end. */
  readonly next: ListCursor | undefined
  /** Whether it ended for what it had done, and not for what it had found. */
  readonly isCut: boolean
  readonly listed: number
  readonly read: number
  /** How many were left out, because they are too large to tell their state. */
  readonly tooLarge: number
}

type ScanParts = Pick<OpenCache, 'store' | 'layout' | 'cache'>

/** S3 lists no more with one request. */
const LONGEST_PAGE = 1000
/** So many are read before it is asked again whether that is enough. */
const LONGEST_CHUNK = 16

/** Entries with their states, as many as one view may cost. The view of the invalidations must be recent. */
export async function scanEntries(
  parts: ScanParts,
  { filter, state, from = {} }: { filter: EntryFilter; state?: EntryReport['state'] | undefined; from?: ListCursor },
  limits: ScanLimits,
): Promise<Scan> {
  const { store, layout } = parts
  const { tag } = filter
  const isMeant = matcherOf(layout, filter)
  const folder = tag === undefined ? folderOf(layout, filter) : layout.indexes(headerSafe(tag))
  // Where everything is meant, a page of the store is one of ours.
  const isNarrowed = state !== undefined || Object.values(filter).some((value) => value !== undefined)
  const pageLength = isNarrowed ? LONGEST_PAGE : Math.min(limits.entries, LONGEST_PAGE)
  const scan = new Scanning(parts, { tag: tag && headerSafe(tag), state }, limits)
  let cursor: ListCursor | undefined = from
  while (cursor !== undefined && scan.mayList) {
    const page: Awaited<ReturnType<typeof listFrom>> = await listFrom(store, folder, cursor, pageLength)
    const meant = page.objects.filter(({ key }) => isMeant(tag === undefined ? key : layout.entryOfIndex(key)))
    const last = await scan.take(meant, page.objects.length)
    if (last !== undefined) return scan.result({ ...cursor, after: last })
    cursor = page.cursor === undefined ? undefined : { token: page.cursor }
  }
  return scan.result(cursor)
}

/** What one scan has done so far. */
class Scanning {
  readonly #parts: ScanParts
  readonly #wanted: { readonly tag: string | undefined; readonly state: EntryReport['state'] | undefined }
  readonly #limits: ScanLimits
  readonly #entries: ScannedEntry[] = []
  #listings = 0
  #listed = 0
  #read = 0
  #bytes = 0
  #tooLarge = 0

  constructor(
    parts: ScanParts,
    wanted: { readonly tag: string | undefined; readonly state: EntryReport['state'] | undefined },
    limits: ScanLimits,
  ) {
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
    return this.#isFull || this.#read >= this.#limits.reads || this.#bytes >= this.#limits.bytes
  }

  /**
   * Looks into what was listed, as far as it may.
   * @returns the key of the last object that was looked at, where some are left
   */
  async take(objects: readonly ObjectSummary[], listed: number): Promise<string | undefined> {
    this.#listings++
    this.#listed += listed
    let taken = 0
    while (taken < objects.length) {
      if (this.#isDone) return objects[taken - 1]?.key
      const room = Math.min(this.#limits.entries - this.#entries.length, this.#limits.reads - this.#read)
      const chunk = objects.slice(taken, taken + Math.min(room, LONGEST_CHUNK))
      this.#entries.push(...(await mapConcurrently(chunk, (object) => this.#lookInto(object))).flat())
      taken += chunk.length
    }
    return undefined
  }

  result(next: ListCursor | undefined): Scan {
    return {
      entries: this.#entries,
      next,
      isCut: next !== undefined && !this.#isFull,
      listed: this.#listed,
      read: this.#read,
      tooLarge: this.#tooLarge,
    }
  }

  /** None, or one. */
  async #lookInto(object: ObjectSummary): Promise<readonly ScannedEntry[]> {
    const { store, layout, cache } = this.#parts
    const { tag, state } = this.#wanted
    const found = tag === undefined ? object : await headOrAbsent(store, layout.entryOfIndex(object.key))
    const stored = found && storedEntry(layout, found)
    if (stored === undefined) return []
    if (stored.size > this.#limits.bytesEach) {
      if (state === undefined) return [stored]
      this.#tooLarge++
      return []
    }
    this.#read++
    this.#bytes += stored.size
    const read = await readEntry(store, stored.objectKey)
    const report = read && reportOf(cache, stored, read)
    if (report === undefined) return []
    return (state === undefined || report.state === state) && (tag === undefined || report.tags.includes(tag))
      ? [report]
      : []
  }
}
