import type { EntryKind, Layout } from '../keys/layout.ts'
import { listPages } from '../object-store/list-pages.ts'
import type { ObjectStore, ObjectSummary } from '../object-store/object-store.ts'
import { storedEntry } from './stored-entry.ts'

const OTHERS = ['index', 'tags', 'leases', 'deploys'] as const

/** Objects that belong together. Times are by the store's clock, in ms since the Unix epoch. */
export interface ObjectSum {
  /** Entries by their kind; else what the objects are for. */
  readonly of: EntryKind | (typeof OTHERS)[number] | 'other'
  /** Whose entries they are; undefined for what deployments share, and for all else. */
  readonly deployment: string | undefined
  readonly objects: number
  readonly bytes: number
  readonly oldestAt: number
  readonly newestAt: number
}

/** All objects of the prefix, summed up as they are listed. */
export async function sumObjects(
  { store, layout }: { readonly store: ObjectStore; readonly layout: Layout },
  onListed: (objects: number) => void,
): Promise<ObjectSum[]> {
  const sums = new Map<string, ObjectSum>()
  let listed = 0
  for await (const page of listPages(store, layout.root)) {
    for (const object of page) {
      const name = nameOf(layout, object)
      const id = JSON.stringify([name.of, name.deployment])
      const { objects = 0, bytes = 0, oldestAt = Infinity, newestAt = -Infinity } = sums.get(id) ?? {}
      sums.set(id, {
        ...name,
        objects: objects + 1,
        bytes: bytes + object.size,
        oldestAt: Math.min(oldestAt, object.lastModified),
        newestAt: Math.max(newestAt, object.lastModified),
      })
    }
    listed += page.length
    onListed(listed)
  }
  return [...sums.values()]
}

function nameOf(layout: Layout, object: ObjectSummary): Pick<ObjectSum, 'of' | 'deployment'> {
  if (object.key.startsWith(layout.entries('all'))) {
    const entry = storedEntry(layout, object)
    return { of: entry?.kind ?? 'other', deployment: entry?.deployment }
  }
  const folder = object.key.slice(layout.root.length).split('/', 1)[0]
  return { of: OTHERS.find((name) => name === folder) ?? 'other', deployment: undefined }
}
