import type { Emit } from './cache-events.ts'
import { decodeEntry } from './codec/entry-codec.ts'
import { IncompleteClearError } from './errors.ts'
import { explicit, type TagIndex } from './index/tag-index.ts'
import type { Layout } from './keys/layout.ts'
import { mapConcurrently } from './map-concurrently.ts'
import type { ObjectStore, ObjectSummary } from './object-store/object-store.ts'

/** So many entries are read for their tags; for more than that, listing the whole index costs less. */
const MAX_READ = 1000
/** An index object without an entry may have been written a moment before it. */
const DANGLING_AFTER_MS = 60 * 60_000

/** Which entries to delete: those with a tag, or those under prefixes of object keys. */
export type ClearSelection = {
  /** Narrows what the listing found, by object key. */
  readonly isSelected: (entryKey: string) => boolean
} & ({ readonly by: 'tag'; readonly tag: string } | { readonly by: 'prefix'; readonly prefixes: readonly string[] })

export interface ClearParts {
  readonly store: ObjectStore
  readonly layout: Layout
  readonly index: TagIndex
  readonly emit: Emit
  /** The store's time, in ms since the Unix epoch. */
  readonly now: () => number
}

/**
 * Deletes entries, by pages of 1,000, together with their index objects. The event that takes them out of the memory of
 * every instance comes before this, and is the caller's to log. Throws {@link IncompleteClearError} when objects are left.
 */
export async function clearEntries(parts: ClearParts, selection: ClearSelection): Promise<number> {
  let deleted = 0
  const unread: string[] = []
  const pages = selection.by === 'tag' ? taggedEntries(parts, selection.tag) : entriesUnder(parts, selection.prefixes)
  for await (const page of pages) {
    const entryKeys = page.filter(selection.isSelected)
    const isFew = deleted + entryKeys.length <= MAX_READ
    const indexKeys = isFew ? await readIndexKeys(parts, entryKeys) : []
    if (!isFew) unread.push(...entryKeys)
    await deleteAll(parts, [...entryKeys, ...indexKeys])
    for (const entryKey of entryKeys) parts.index.forget(entryKey)
    deleted += entryKeys.length
  }
  if (unread.length > 0) await deleteIndexOf(parts, new Set(unread))
  parts.emit({ name: 'cleared', deleted })
  return deleted
}

async function* entriesUnder({ store }: ClearParts, prefixes: readonly string[]): AsyncGenerator<string[]> {
  for (const prefix of prefixes) {
    for await (const page of listPages(store, prefix)) yield page.map(({ key }) => key)
  }
}

/** Of index objects without an entry, which a crash leaves, the old ones are removed. */
async function* taggedEntries({ store, layout, now }: ClearParts, tag: string): AsyncGenerator<string[]> {
  for await (const page of listPages(store, layout.indexes(tag))) {
    const found = await mapConcurrently(page, async ({ key, lastModified }) => {
      const entryKey = layout.entryOfIndex(key)
      if ((await store.head(entryKey)) !== undefined) return { kind: 'entry', key: entryKey } as const
      return { kind: now() - lastModified > DANGLING_AFTER_MS ? 'dangling' : 'young', key } as const
    })
    const dangling = found.filter(({ kind }) => kind === 'dangling').map(({ key }) => key)
    if (dangling.length > 0) await store.deleteMany(dangling)
    yield found.filter(({ kind }) => kind === 'entry').map(({ key }) => key)
  }
}

async function readIndexKeys({ store, layout }: ClearParts, entryKeys: readonly string[]): Promise<string[]> {
  const indexKeys = await mapConcurrently(entryKeys, async (entryKey) => {
    const result = await store.get(entryKey, { absentIfDenied: true })
    const decoded = result.kind === 'found' ? await decodeEntry(result.body) : undefined
    return decoded?.kind === 'entry' ? explicit(decoded.entry.tags).map((tag) => layout.index(tag, entryKey)) : []
  })
  return indexKeys.flat()
}

async function deleteIndexOf(parts: ClearParts, entryKeys: ReadonlySet<string>): Promise<void> {
  const { store, layout } = parts
  for await (const page of listPages(store, layout.indexes())) {
    const indexKeys = page.map(({ key }) => key).filter((key) => entryKeys.has(layout.entryOfIndex(key)))
    await deleteAll(parts, indexKeys)
  }
}

async function deleteAll({ store }: ClearParts, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  const { failed } = await store.deleteMany(keys)
  const [first] = failed
  if (first !== undefined) throw new IncompleteClearError(failed.length, `"${first.key}": ${first.reason}`)
}

async function* listPages(store: ObjectStore, prefix: string): AsyncGenerator<readonly ObjectSummary[]> {
  let cursor: string | undefined
  do {
    const page = await store.list(prefix, { cursor })
    yield page.objects
    cursor = page.cursor
  } while (cursor !== undefined)
}
