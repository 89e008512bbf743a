import { decodeName } from '../keys/encode-key.ts'
import type { Layout } from '../keys/layout.ts'
import { listPages } from '../object-store/list-pages.ts'
import type { ObjectStore } from '../object-store/object-store.ts'

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
      const next = key.slice(root.length, key.indexOf('/', root.length))
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

/** How many entries the index names for one tag. */
export async function countOfTag(
  { store, layout }: { readonly store: ObjectStore; readonly layout: Layout },
  tag: string,
): Promise<number> {
  let entries = 0
  for await (const page of listPages(store, layout.indexes(tag))) entries += page.length
  return entries
}
