import { decodeName } from '../keys/encode-key.ts'
import type { Layout } from '../keys/layout.ts'
import { listPages } from '../object-store/list-pages.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import { type ListCursor, listFrom, LONGEST_PAGE } from './list-cursor.ts'

/** A tag, and how many entries the index names for it: some may carry it no more, or be gone. */
export interface TagCount {
  /** As it is stored, what is not ASCII percent-encoded; undefined where it is longer than an object's name may be. */
  readonly tag: string | undefined
  /** Its folder in the index. */
  readonly folder: string
  readonly entries: number
}

/** The tags of the index in the order of its listing, which is read a thousand entries a request. */
export async function* countTags({
  store,
  layout,
}: {
  readonly store: ObjectStore
  readonly layout: Layout
}): AsyncGenerator<TagCount> {
  const root = layout.indexes()
  let [folder, entries]: [string | undefined, number] = [undefined, 0]
  const counted = (of: string): TagCount => ({ tag: decodeName(of), folder: of, entries })
  for await (const page of listPages(store, root)) {
    for (const { key } of page) {
      const next = folderIn(key, root)
      if (folder !== undefined && next !== folder) {
        yield counted(folder)
        entries = 0
      }
      folder = next
      entries++
    }
  }
  if (folder !== undefined) yield counted(folder)
}

/** Tags of one part of the index. */
export interface CountedTags {
  readonly tags: readonly TagCount[]
  /** Where the next part begins; undefined at the end. It may begin with more of the last tag. */
  readonly next: ListCursor | undefined
}

/** As {@link countTags}, for as many listings and tags as one view may cost. */
export async function countTagsFrom(
  { store, layout }: { readonly store: ObjectStore; readonly layout: Layout },
  from: ListCursor,
  limits: { readonly listings: number; readonly tags: number },
): Promise<CountedTags> {
  const root = layout.indexes()
  const counts = new Map<string, number>()
  const result = (next: ListCursor | undefined): CountedTags => ({
    tags: Array.from(counts, ([folder, entries]) => ({ tag: decodeName(folder), folder, entries })),
    next,
  })
  let cursor: ListCursor | undefined = from
  for (let listing = 0; listing < limits.listings && cursor !== undefined; listing++) {
    const page: Awaited<ReturnType<typeof listFrom>> = await listFrom(store, root, cursor, LONGEST_PAGE)
    for (const { key } of page.objects) {
      const folder = folderIn(key, root)
      if (!counts.has(folder) && counts.size === limits.tags) return result(cursor)
      counts.set(folder, (counts.get(folder) ?? 0) + 1)
      cursor = { ...cursor, after: key }
    }
    cursor = page.cursor === undefined ? undefined : { token: page.cursor }
  }
  return result(cursor)
}

/** That of the tag which an index object is of. */
const folderIn = (key: string, root: string): string => key.slice(root.length, key.indexOf('/', root.length))

/** How many entries the index names for one tag. */
export async function countOfTag(
  { store, layout }: { readonly store: ObjectStore; readonly layout: Layout },
  tag: string,
): Promise<number> {
  let entries = 0
  for await (const page of listPages(store, layout.indexes(tag))) entries += page.length
  return entries
}
