import { listPages } from '../object-store/list-pages.ts'
import type { OpenCache } from '../open-cache.ts'
import { type EntryFilter, listedFor, matcherOf } from './find-entries.ts'
import { storedEntry } from './stored-entry.ts'

/** How many entries are meant. */
export interface EntryCount {
  readonly entries: number
  /** Of their objects; undefined where a tag is asked for, whose index does not tell. */
  readonly bytes: number | undefined
  /** Whether there may be more, because counting was given up. */
  readonly isAtLeast: boolean
  /** Whether there may be fewer, because they are those that the index names for a tag. */
  readonly isAtMost: boolean
}

/** Counts without a request for any entry: what the index names for a tag, which may carry it no more. */
export async function countEntries(
  { store, layout }: Pick<OpenCache, 'store' | 'layout'>,
  filter: EntryFilter,
  maxListings: number,
): Promise<EntryCount> {
  const { tag } = filter
  const isMeant = matcherOf(layout, filter)
  let [entries, bytes, listings] = [0, 0, 0]
  const result = (isAtLeast: boolean): EntryCount => {
    const isAtMost = tag !== undefined
    return { entries, bytes: isAtMost ? undefined : bytes, isAtLeast, isAtMost }
  }
  for await (const page of listPages(store, listedFor(layout, filter))) {
    if (listings++ === maxListings) return result(true)
    for (const object of page) {
      const entryKey = tag === undefined ? object.key : layout.entryOfIndex(object.key)
      if (!isMeant(entryKey) || storedEntry(layout, { ...object, key: entryKey }) === undefined) continue
      entries++
      bytes += object.size
    }
  }
  return result(false)
}
