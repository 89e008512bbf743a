import { headerSafe } from '../header-safe.ts'
import { encodeKey, encodeKeyPrefix } from '../keys/encode-key.ts'
import type { EntryKind, Layout, Scope } from '../keys/layout.ts'
import { isWantedPage, type WantedPages } from '../next/page-path.ts'
import { listPages } from '../object-store/list-pages.ts'
import { headOrAbsent } from '../object-store/head-or-absent.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import { DATA_SCOPE } from '../data/data-value.ts'
import { ENTRY_KINDS, type StoredEntry, storedEntry } from './stored-entry.ts'

/** Which entries are meant; all of these hold. */
export interface EntryFilter {
  readonly kinds?: readonly EntryKind[] | undefined
  /** A deployment's own, or what deployments share. */
  readonly deployment?: string | { readonly is: 'shared' } | undefined
  /** The whole key, of any but pages, which go by their path. */
  readonly key?: string | undefined
  /** What the key begins with, of any but pages. */
  readonly keyPrefix?: string | undefined
  readonly pages?: WantedPages | undefined
  /** Those that the index names for the tag: it may name some that carry it no more. */
  readonly tag?: string | undefined
}

/** The entries that are meant, by the pages of the store's listing: of 100,000 no more than 1,000 are held at once. */
export async function* findEntries(
  { store, layout }: { readonly store: ObjectStore; readonly layout: Layout },
  filter: EntryFilter,
): AsyncGenerator<StoredEntry[]> {
  const isMeant = matcherOf(layout, filter)
  const folder = listedFor(layout, filter)
  if (filter.tag === undefined) {
    for await (const page of listPages(store, folder)) {
      yield page.flatMap((object) => (isMeant(object.key) ? (storedEntry(layout, object) ?? []) : []))
    }
    return
  }
  for await (const page of listPages(store, folder)) {
    const keys = page.map(({ key }) => layout.entryOfIndex(key)).filter(isMeant)
    const heads = await mapConcurrently(keys, (key) => headOrAbsent(store, key))
    yield heads.flatMap((head) => (head === undefined ? [] : (storedEntry(layout, head) ?? [])))
  }
}

/** What has to be listed to find what is meant: the entries themselves, or what the index has of the tag. */
export const listedFor = (layout: Layout, filter: EntryFilter): string =>
  filter.tag === undefined ? folderOf(layout, filter) : layout.indexes(headerSafe(filter.tag))

/** What all that is meant begins with: the least of the entries that has to be listed. */
export function folderOf(layout: Layout, { kinds, deployment, key, keyPrefix = '' }: EntryFilter): string {
  const isData = kinds?.length === 1 && kinds[0] === 'data'
  if (deployment === undefined && !isData) return layout.entries('all')
  const scope = deployment === undefined ? DATA_SCOPE : scopeOf(deployment)
  if (kinds?.length !== 1) return layout.entries(scope)
  return layout.entries(scope, kinds[0]) + (key === undefined ? encodeKeyPrefix(keyPrefix) : encodeKey(key))
}

export const scopeOf = (deployment: NonNullable<EntryFilter['deployment']>): Scope =>
  typeof deployment === 'string' ? { kind: 'deployment', id: deployment } : { kind: 'shared' }

/** Tells by the key of its object whether an entry is meant, its tag aside. */
export function matcherOf(layout: Layout, filter: EntryFilter): (entryKey: string) => boolean {
  const { kinds = ENTRY_KINDS, key, keyPrefix = '', pages } = filter
  const folder = folderOf(layout, filter)
  const encodedPrefix = encodeKeyPrefix(keyPrefix)
  return (entryKey) => {
    const { kind, encodedKey } = layout.partsOf(entryKey)
    return (
      entryKey.startsWith(folder) &&
      kinds.some((wanted) => wanted === kind) &&
      encodedKey !== '' &&
      encodedKey.startsWith(encodedPrefix) &&
      (key === undefined || encodedKey === encodeKey(key)) &&
      (pages === undefined || (kind === 'page' && isWantedPage(encodedKey, pages)))
    )
  }
}
