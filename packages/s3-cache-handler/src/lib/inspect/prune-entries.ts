import { deleteIndexOf } from '../clear.ts'
import { expiresAtIn } from '../codec/object-codec.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import { deleteIfSame } from '../object-store/delete-if-same.ts'
import { headOrAbsent } from '../object-store/head-or-absent.ts'
import type { ObjectHead } from '../object-store/object-store.ts'
import type { OpenCache } from '../open-cache.ts'
import { reportOf } from './describe-entry.ts'
import { type EntryFilter, findEntries } from './find-entries.ts'
import { readEntry } from './read-entry.ts'
import type { StoredEntry } from './stored-entry.ts'

export interface PruneOptions {
  /**
   * Whether each entry is read, so that those go, too, that invalidations have taken. Else the heads of the objects tell
   * which are past their time.
   */
  readonly invalidated: boolean
  /** Counts only. */
  readonly dryRun: boolean
  /** Told after each thousand or so. */
  readonly onProgress: (soFar: Pruned) => void
}

/** How many entries were looked at, and how many of them are gone, or would be. */
export interface Pruned {
  readonly scanned: number
  readonly deleted: number
  /** Of the objects that are gone. */
  readonly bytes: number
}

type PruneParts = Pick<OpenCache, 'store' | 'layout' | 'cache'>

/**
 * Deletes entries that nobody will be served any more, with their index objects. What was replaced since it was looked at
 * stays. Rejects where the store fails; the next run does the rest.
 */
export async function pruneEntries(parts: PruneParts, filter: EntryFilter, options: PruneOptions): Promise<Pruned> {
  const { invalidated, dryRun, onProgress } = options
  const findDead = invalidated ? deadByJudgement : deadByTime
  const gone = new Set<string>()
  let [scanned, bytes] = [0, 0]
  for await (const page of findEntries(parts, filter)) {
    await mapConcurrently(page, async (stored) => {
      const dead = await findDead(parts, stored)
      if (dead === undefined || !(dryRun || (await deleteIfSame(parts.store, dead)))) return
      gone.add(dead.key)
      bytes += dead.size
    })
    scanned += page.length
    onProgress({ scanned, deleted: gone.size, bytes })
  }
  if (gone.size > 0 && !dryRun) await deleteIndexOf(parts, gone)
  return { scanned, deleted: gone.size, bytes }
}

/** The object of an entry that is past its time. */
async function deadByTime({ store, cache }: PruneParts, { objectKey }: StoredEntry): Promise<ObjectHead | undefined> {
  const head = await headOrAbsent(store, objectKey)
  const expiresAt = expiresAtIn(head?.metadata)
  return expiresAt !== undefined && cache.now() > expiresAt ? head : undefined
}

async function deadByJudgement({ store, cache }: PruneParts, stored: StoredEntry): Promise<ObjectHead | undefined> {
  const read = await readEntry(store, stored.objectKey)
  return read !== undefined && reportOf(cache, stored, read).state === 'expired' ? read.object : undefined
}
