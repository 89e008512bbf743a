import { type ReadEntry, readEntry } from '../inspect/read-entry.ts'
import { namedBy, type StoredEntry, storedEntry } from '../inspect/stored-entry.ts'
import { headOrAbsent } from '../object-store/head-or-absent.ts'
import { objectKeyOf } from './shown-names.ts'
import type { ExploredCache } from './visit.ts'

/** Larger entries are not looked into: they would have to be held in memory. */
const MAX_READ_BYTES = 32 * 1024 * 1024

/** An entry as the explorer has found it. */
export type FoundEntry =
  | { readonly kind: 'read'; readonly stored: StoredEntry; readonly read: ReadEntry }
  | { readonly kind: 'too-large'; readonly stored: StoredEntry }

/** Undefined where there is none. */
export async function findEntry(
  { store, layout }: Pick<ExploredCache, 'store' | 'layout'>,
  reference: string,
  maxReadBytes: number = MAX_READ_BYTES,
): Promise<FoundEntry | undefined> {
  const objectKey = objectKeyOf(layout, reference)
  const head = objectKey === undefined ? undefined : await headOrAbsent(store, objectKey)
  const stored = head && storedEntry(layout, head)
  if (stored === undefined) return undefined
  if (stored.size > maxReadBytes) return { kind: 'too-large', stored }
  const read = await readEntry(store, stored.objectKey, { absentIfDenied: false })
  return read && { kind: 'read', stored: read.kind === 'entry' ? namedBy(read.entry, stored) : stored, read }
}
