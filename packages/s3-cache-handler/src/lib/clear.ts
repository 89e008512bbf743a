import type { Emit } from './cache-events.ts'
import { decodeObject } from './codec/object-codec.ts'
import { readRawHead } from './codec/raw-entry.ts'
import { IncompleteClearError } from './errors.ts'
import { explicit, type TagIndex } from './index/tag-index.ts'
import type { Layout } from './keys/layout.ts'
import { mapConcurrently } from './map-concurrently.ts'
import { headOrAbsent } from './object-store/head-or-absent.ts'
import { listPages } from './object-store/list-pages.ts'
import type { ObjectHead, ObjectStore, ObjectSummary } from './object-store/object-store.ts'

/** So many entries are read for their tags; for more than that, listing the whole index costs less. */
const MAX_READ = 100
/** Larger ones are not read for their tags: several at once would take too much memory, and one too long. */
const MAX_READ_BYTES = 4 * 1024 * 1024
/** An index object without an entry may have been written a moment before it. */
const DANGLING_AFTER_MS = 60 * 60_000

/** Which entries to delete. */
export type ClearSelection =
  | (Listed & { readonly by: 'tag'; readonly tag: string })
  | (Listed & { readonly by: 'prefix'; readonly prefixes: readonly string[] })
  /** One whose tags are known already. */
  | { readonly by: 'entry'; readonly entryKey: string; readonly tags: readonly string[] }

interface Listed {
  /** Narrows what the listing found, by object key. */
  readonly isSelected: (entryKey: string) => boolean
  /** Told how many entries are deleted, after each thousand or so. */
  readonly onDeleted?: (deleted: number) => void
}

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
  let deleted = 0
  for await (const page of pagesOf(parts, selection)) {
    await deleteAll(
      parts,
      page.flatMap(({ entryKey, indexKeys }) => [entryKey, ...indexKeys]),
    )
    for (const { entryKey } of page) parts.index.forget(entryKey)
    deleted += page.length
    if (selection.by !== 'entry') selection.onDeleted?.(deleted)
  }
  parts.emit({ name: 'cleared', deleted })
  return deleted
}

function pagesOf(
  parts: ClearParts,
  selection: ClearSelection,
): AsyncIterable<readonly Found[]> | Iterable<readonly Found[]> {
  switch (selection.by) {
    case 'tag':
      return taggedEntries(parts, selection.tag, selection.isSelected)
    case 'prefix':
      return entriesUnder(parts, selection.prefixes, selection.isSelected)
    case 'entry':
      return [[found(parts, selection.entryKey, selection.tags)]]
  }
}

type IsSelected = Listed['isSelected']

async function* entriesUnder(
  parts: ClearParts,
  prefixes: readonly string[],
  isSelected: IsSelected,
): AsyncGenerator<Found[]> {
  let read = 0
  const unread = new Set<string>()
  const toFound = async ({ key, size }: ObjectSummary): Promise<Found> => {
    const tags = size > MAX_READ_BYTES ? await tagsInHead(parts, key) : await readTags(parts, key)
    if (tags === undefined && size > MAX_READ_BYTES) unread.add(key)
    return found(parts, key, tags)
  }
  for (const prefix of prefixes) {
    for await (const page of listPages(parts.store, prefix)) {
      const objects = page.filter(({ key }) => isSelected(key))
      if (read + objects.length <= MAX_READ) {
        read += objects.length
        yield await mapConcurrently(objects, toFound)
      } else {
        for (const { key } of objects) unread.add(key)
        yield objects.map(({ key }) => ({ entryKey: key, indexKeys: [] }))
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
  const unread = new Set<string>()
  for await (const page of listPages(store, layout.indexes(tag))) {
    const inScope = page.filter(({ key }) => isSelected(layout.entryOfIndex(key)))
    const results = await mapConcurrently(inScope, async ({ key, lastModified }) => {
      const entryKey = layout.entryOfIndex(key)
      const head = await headOrAbsent(store, entryKey)
      const isUnread = head !== undefined && head.size > MAX_READ_BYTES && readRawHead(head.metadata) === undefined
      if (isUnread) unread.add(entryKey)
      // The index is trusted: the tag's event, which came before, is more than a large read is worth.
      const tags = isUnread ? [tag] : await tagsOf(parts, entryKey, head)
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
  if (unread.size > 0) await deleteIndexOf(parts, unread)
}

const found = ({ layout }: ClearParts, entryKey: string, tags: readonly string[] = []): Found => ({
  entryKey,
  indexKeys: explicit(tags).map((tag) => layout.index(tag, entryKey)),
})

/** Undefined where there is no entry, or none that can be read. */
async function tagsOf(
  parts: ClearParts,
  entryKey: string,
  head: ObjectHead | undefined,
): Promise<readonly string[] | undefined> {
  return head && (readRawHead(head.metadata)?.tags ?? (await readTags(parts, entryKey)))
}

/** Of what is stored as it is, the head tells them, however large it is. Undefined of all else. */
async function tagsInHead({ store }: ClearParts, entryKey: string): Promise<readonly string[] | undefined> {
  const head = await headOrAbsent(store, entryKey)
  return readRawHead(head?.metadata)?.tags
}

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
