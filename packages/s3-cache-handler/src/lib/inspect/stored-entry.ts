import type { Entry } from '../entry.ts'
import { decodeKey, decodeName } from '../keys/encode-key.ts'
import { type EntryKind, type Layout, SHARED } from '../keys/layout.ts'
import { pagePath } from '../next/page-path.ts'
import type { ObjectSummary } from '../object-store/object-store.ts'

export const ENTRY_KINDS: readonly EntryKind[] = ['page', 'fetch', 'use-cache', 'image', 'data']

/** What an entry's object tells without being read. */
export interface StoredEntry {
  readonly objectKey: string
  readonly kind: EntryKind
  /** The folder of its scope in `entries/`. */
  readonly folder: string
  /** The deployment whose own it is: its name, or that of its folder where the name is longer than 80 bytes. */
  readonly deployment: string | undefined
  /** Undefined where it is longer than an object's name may be: then the entry itself tells. */
  readonly key: string | undefined
  /** As a browser asks for it; of pages and route handlers only. */
  readonly path: string | undefined
  /** Of the object, in bytes. */
  readonly size: number
  /** When it was last written, by the store's clock, in ms since the Unix epoch. */
  readonly storedAt: number
}

/** Undefined for an object that is none of ours, although it is among them. */
export function storedEntry(
  layout: Layout,
  { key: objectKey, size, lastModified }: Pick<ObjectSummary, 'key' | 'size' | 'lastModified'>,
): StoredEntry | undefined {
  const { scope: folder, kind: folderOfKind, encodedKey } = layout.partsOf(objectKey)
  const kind = ENTRY_KINDS.find((known) => known === folderOfKind)
  if (kind === undefined || encodedKey === '') return undefined
  const key = decodeKey(encodedKey)
  return {
    objectKey,
    kind,
    folder,
    deployment: folder === SHARED ? undefined : (decodeName(folder) ?? folder),
    key,
    path: kind === 'page' && key !== undefined ? pagePath(key) : undefined,
    size,
    storedAt: lastModified,
  }
}

/** With its name, which that of its object does not tell where it is long. */
export const namedBy = ({ kind, key }: Pick<Entry, 'kind' | 'key'>, stored: StoredEntry): StoredEntry => ({
  ...stored,
  key,
  path: kind === 'page' ? pagePath(key) : undefined,
})
