import type { Emit } from './cache-events.ts'
import { decodeObject } from './codec/object-codec.ts'
import { IncompleteClearError } from './errors.ts'
import { explicit, type TagIndex } from './index/tag-index.ts'
import type { Layout } from './keys/layout.ts'
import { mapConcurrently } from './map-concurrently.ts'
import { listPages } from './object-store/list-pages.ts'
import type { ObjectStore } from './object-store/object-store.ts'

/** So many entries are read for their tags; for more than that, listing the whole index costs less. */
const MAX_READ = 100
/** An index object without an entry may have been written a moment before it. */
const DANGLING_AFTER_MS = 60 * 60_000

/** Which entries to delete: those with a tag, or those under prefixes of object keys. */
export type ClearSelection = {
  /** Narrows what the listing found, by object key. */
  readonly isSelected: (entryKey: string) => boolean
  /** Told how many entries are deleted, after each thousand or so. */
  readonly onDeleted?: (deleted: number) => void
} & ({ readonly by: 'tag'; readonly tag: string } | { readonly by: 'prefix'; readonly prefixes: readonly string[] })

export interface ClearParts {
  readonly store: ObjectStore
  readonly layout: Layout
  readonly index: TagIndex
  readonly emit: Emit
  /** The store's time, in ms since the Unix epoch. */
  readonly now: () => number
}

/** An entry to be deleted, with those of its index objects that are known. */
interface Found {
  readonly entryKey: string
  readonly indexKeys: readonly string[]
}

/**
 * Deletes entries, by pages of 1,000, together with their index objects. The event that takes them out of the memory of
 * every instance comes before this, and is the caller's to log. Throws {@link IncompleteClearError} when objects are left.
 */
export async function clearEntries(parts: ClearParts, selection: ClearSelection): Promise<number> {
  const { isSelected } = selection
  const pages =
    selection.by === 'tag'
      ? taggedEntries(parts, selection.tag, isSelected)
      : entriesUnder(parts, selection.prefixes, isSelected)
  let deleted = 0
  for await (const page of pages) {
    await deleteAll(
      parts,
      page.flatMap(({ entryKey, indexKeys }) => [entryKey, ...indexKeys]),
    )
    for (const { entryKey } of page) parts.index.forget(entryKey)
    deleted += page.length
    selection.onDeleted?.(deleted)
  }
  parts.emit({ name: 'cleared', deleted })
  return deleted
}

type IsSelected = ClearSelection['isSelected']

async function* entriesUnder(
  parts: ClearParts,
  prefixes: readonly string[],
  isSelected: IsSelected,
): AsyncGenerator<Found[]> {
  let read = 0
  const unread = new Set<string>()
  for (const prefix of prefixes) {
    for await (const page of listPages(parts.store, prefix)) {
      const entryKeys = page.map(({ key }) => key).filter(isSelected)
      if (read + entryKeys.length <= MAX_READ) {
        read += entryKeys.length
        yield await mapConcurrently(entryKeys, async (entryKey) =>
          found(parts, entryKey, await readTags(parts, entryKey)),
        )
      } else {
        for (const entryKey of entryKeys) unread.add(entryKey)
        yield entryKeys.map((entryKey) => ({ entryKey, indexKeys: [] }))
      }
    }
  }
  if (unread.size > 0) await deleteIndexOf(parts, unread)
}

/**
 * Index objects without an entry, which a crash leaves, are removed once they are old, and so are those of entries that
 * carry the tag no more.
 */
async function* taggedEntries(parts: ClearParts, tag: string, isSelected: IsSelected): AsyncGenerator<Found[]> {
  const { store, layout, now } = parts
  for await (const page of listPages(store, layout.indexes(tag))) {
    const inScope = page.filter(({ key }) => isSelected(layout.entryOfIndex(key)))
    const results = await mapConcurrently(inScope, async ({ key, lastModified }) => {
      const entryKey = layout.entryOfIndex(key)
      const tags = await readTags(parts, entryKey)
      return {
        key,
        isOld: now() - lastModified > DANGLING_AFTER_MS,
        hasTag: tags?.includes(tag) === true,
        entryKey,
        tags,
      }
    })
    await deleteAll(
      parts,
      results.filter(({ hasTag, isOld }) => !hasTag && isOld).map(({ key }) => key),
    )
    yield results.filter(({ hasTag }) => hasTag).map(({ entryKey, tags }) => found(parts, entryKey, tags))
  }
}

const found = ({ layout }: ClearParts, entryKey: string, tags: readonly string[] = []): Found => ({
  entryKey,
  indexKeys: explicit(tags).map((tag) => layout.index(tag, entryKey)),
})

/** Undefined where there is no entry, or none that can be read. */
async function readTags({ store }: ClearParts, entryKey: string): Promise<readonly string[] | undefined> {
  const result = await store.get(entryKey, { absentIfDenied: true })
  const decoded = result.kind === 'found' ? await decodeObject(result) : undefined
  return decoded?.kind === 'entry' ? decoded.entry.tags : undefined
}

async function deleteIndexOf(parts: ClearParts, entryKeys: ReadonlySet<string>): Promise<void> {
  const { store, layout } = parts
  for await (const page of listPages(store, layout.indexes())) {
    const indexKeys = page.map(({ key }) => key).filter((key) => entryKeys.has(layout.entryOfIndex(key)))
    await deleteAll(parts, indexKeys)
  }
}

/** Throws {@link IncompleteClearError} when objects are left. */
export async function deleteAll({ store }: Pick<ClearParts, 'store'>, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  const { failed } = await store.deleteMany(keys)
  const [first] = failed
  if (first !== undefined) throw new IncompleteClearError(failed.length, `"${first.key}": ${first.reason}`)
}
