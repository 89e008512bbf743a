import { deleteAll } from '../clear.ts'
import { expiresAtIn } from '../codec/object-codec.ts'
import { explicit } from '../index/tag-index.ts'
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
   * which are past their time, and only those are read.
   */
  readonly invalidated: boolean
  /** Counts only. */
  readonly dryRun: boolean
  /** Told after each thousand or so. */
  readonly onProgress: (soFar: Pruned) => void
}

/** How many entries were looked at, how many are dead, and how many of those were deleted. */
export interface Pruned {
  readonly scanned: number
  readonly found: number
  /** Of the objects of what was found. */
  readonly bytes: number
  readonly deleted: number
}

type PruneParts = Pick<OpenCache, 'store' | 'layout' | 'cache'>

/** An entry that nobody will be served, with its index objects. */
interface Dead {
  readonly object: ObjectHead
  readonly indexKeys: readonly string[]
}

/**
 * Deletes entries that nobody will be served any more, with their index objects. What was replaced since it was looked at
 * stays, unless by the same bytes. Rejects where the store fails; the next run does the rest.
 */
export async function pruneEntries(parts: PruneParts, filter: EntryFilter, options: PruneOptions): Promise<Pruned> {
  const { invalidated, dryRun, onProgress } = options
  let [scanned, found, bytes, deleted] = [0, 0, 0, 0]
  for await (const page of findEntries(parts, filter)) {
    const dead = (await mapConcurrently(page, (stored) => findDead(parts, stored, { invalidated, dryRun }))).filter(
      (one) => one !== undefined,
    )
    scanned += page.length
    found += dead.length
    for (const { object } of dead) bytes += object.size
    if (!dryRun) deleted += await deleteDead(parts, dead)
    onProgress({ scanned, found, bytes, deleted })
  }
  return { scanned, found, bytes, deleted }
}

async function findDead(
  { store, layout, cache }: PruneParts,
  stored: StoredEntry,
  { invalidated, dryRun }: Pick<PruneOptions, 'invalidated' | 'dryRun'>,
): Promise<Dead | undefined> {
  const { objectKey } = stored
  if (!invalidated) {
    const head = await headOrAbsent(store, objectKey)
    const expiresAt = expiresAtIn(head?.metadata)
    if (head === undefined || expiresAt === undefined || cache.now() <= expiresAt) return undefined
    if (dryRun) return { object: head, indexKeys: [] }
  }
  // Its tags, which the head does not tell, and once more whether it is dead.
  const read = await readEntry(store, objectKey)
  if (read === undefined) return undefined
  const { state, reasons, tags } = reportOf(cache, stored, read)
  const isDead = state === 'expired' && (invalidated || reasons.some(({ by }) => by === 'expire'))
  return isDead
    ? { object: read.object, indexKeys: explicit(tags).map((tag) => layout.index(tag, objectKey)) }
    : undefined
}

async function deleteDead({ store }: PruneParts, dead: readonly Dead[]): Promise<number> {
  const isGone = await mapConcurrently(dead, ({ object }) => deleteIfSame(store, object))
  const gone = dead.filter((_, index) => isGone[index])
  await deleteAll(
    { store },
    gone.flatMap(({ indexKeys }) => indexKeys),
  )
  return gone.length
}
