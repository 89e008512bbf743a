import type { Cache } from '../cache.ts'
import { decodeObject, expiresAtOf } from '../codec/object-codec.ts'
import type { Entry } from '../entry.ts'
import { type Freshness, judge, overall } from '../freshness/freshness.ts'
import { addressesIn } from '../keys/layout.ts'
import { implicitTags, pagePath } from '../next/page-path.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import type { StoredEntry } from './stored-entry.ts'

/** What an entry says of itself, and how a reader would judge it now. */
export interface EntryReport extends StoredEntry {
  /** `damaged` for an object that holds no entry that this release can read. */
  readonly state: Freshness | 'damaged'
  readonly tags: readonly string[]
  /** When its value was made, by the store's clock, in ms since the Unix epoch. */
  readonly madeAt: number | undefined
  /** When it is stale by its age; Infinity for never, undefined where it is damaged. */
  readonly staleAt: number | undefined
  /** When it may not be served any more by its age; Infinity for never. */
  readonly expiresAt: number | undefined
}

interface DescribeParts {
  readonly store: ObjectStore
  /** Its view of the invalidations must be recent. */
  readonly cache: Pick<Cache, 'tags' | 'now'>
}

/** Reads an entry; undefined where it is gone by now. */
export async function describeEntry(
  { store, cache }: DescribeParts,
  stored: StoredEntry,
): Promise<EntryReport | undefined> {
  const object = await store.get(stored.objectKey, { absentIfDenied: true })
  if (object.kind !== 'found') return undefined
  const decoded = await decodeObject(object)
  if (decoded.kind === 'corrupt') {
    return { ...stored, state: 'damaged', tags: [], madeAt: undefined, staleAt: undefined, expiresAt: undefined }
  }
  const { entry } = decoded
  return {
    ...stored,
    key: entry.key,
    path: entry.kind === 'page' ? pagePath(entry.key) : undefined,
    state: stateOf(cache, stored.folder, entry),
    tags: entry.tags,
    madeAt: entry.lastModified,
    staleAt: staleAtOf(entry),
    expiresAt: expiresAtOf(entry),
  }
}

function stateOf(cache: DescribeParts['cache'], folder: string, entry: Entry): Freshness {
  const name = entry.kind === 'page' ? pagePath(entry.key) : entry.key
  const marks = {
    tags: entry.tags,
    // Entries of the Pages Router carry none of their path.
    readerTags: isOfPagesRouter(entry) ? implicitTags(name) : [],
    addresses: addressesIn(folder, entry.kind, name),
  }
  return overall(judge(entry, { events: cache.tags.about(marks), unknownMs: Infinity, now: cache.now() }))
}

const isOfPagesRouter = ({ value }: Entry): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'PAGES'

const staleAtOf = ({ lastModified, lifetime }: Entry): number =>
  lifetime === undefined || lifetime.revalidate === false ? Infinity : lastModified + lifetime.revalidate * 1000
