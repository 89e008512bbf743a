import { headerSafe } from '../header-safe.ts'
import type { ObjectStoreError } from '../object-store/object-store-error.ts'
import type { OpenCache } from '../open-cache.ts'
import type { EntryReport } from './describe-entry.ts'
import { type EntryFilter, listedFor, matcherOf } from './find-entries.ts'
import { type ListCursor, listFrom, LONGEST_PAGE } from './list-cursor.ts'
import { Scanning } from './scanning.ts'
import type { StoredEntry } from './stored-entry.ts'

/** How much one scan may do at most. */
export interface ScanLimits {
  /** Entries that are found. */
  readonly entries: number
  /** Pages of the listing, one request each. */
  readonly listings: number
  /** Requests for entries: one for each that is read, and one for each that the index names where a tag is asked for. */
  readonly requests: number
  /** Bytes that are read. */
  readonly bytes: number
  /** Larger entries are not read. Not more than `bytes`. */
  readonly bytesEach: number
}

/** An entry as it was read, or as it was listed where it is too large to be read here, or could not be read. */
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
  /** Of what could not be read. */
  readonly failures: readonly ObjectStoreError[]
}

export type ScanParts = Pick<OpenCache, 'store' | 'layout' | 'cache'>

/**
 * Entries with their states, as many as one view may cost. The view of the invalidations must be recent. Rejects with an
 * ObjectStoreError where nothing can be listed.
 */
export async function scanEntries(
  parts: ScanParts,
  { filter, state, from = {} }: { filter: EntryFilter; state?: EntryReport['state'] | undefined; from?: ListCursor },
  limits: ScanLimits,
): Promise<Scan> {
  const { store, layout } = parts
  const { tag } = filter
  const isMeant = matcherOf(layout, filter)
  const folder = listedFor(layout, filter)
  // Where everything is meant, a page of the store is one of ours.
  const isNarrowed = state !== undefined || Object.values(filter).some((value) => value !== undefined)
  const pageLength = isNarrowed ? LONGEST_PAGE : Math.min(limits.entries, LONGEST_PAGE)
  const scan = new Scanning(parts, { tag: tag && headerSafe(tag), state }, limits)
  let cursor: ListCursor | undefined = from
  while (cursor !== undefined && scan.mayList) {
    const page: Awaited<ReturnType<typeof listFrom>> = await listFrom(store, folder, cursor, pageLength)
    const meant = page.objects.filter(({ key }) => isMeant(tag === undefined ? key : layout.entryOfIndex(key)))
    const taken = await scan.take(meant, page.objects.length)
    if (taken < meant.length) return scan.result({ ...cursor, after: meant[taken - 1]?.key ?? cursor.after })
    cursor = page.cursor === undefined ? undefined : { token: page.cursor }
  }
  return scan.result(cursor)
}
