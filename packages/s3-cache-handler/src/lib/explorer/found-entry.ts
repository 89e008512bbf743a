import { readRawHead } from '../codec/raw-entry.ts'
import type { Entry } from '../entry.ts'
import { InvalidOptionError } from '../errors.ts'
import { formatBytes } from '../format.ts'
import { type ReadEntry, readEntry } from '../inspect/read-entry.ts'
import { namedBy, type StoredEntry, storedEntry } from '../inspect/stored-entry.ts'
import { headOrAbsent } from '../object-store/head-or-absent.ts'
import { objectKeyOf } from './shown-names.ts'
import type { ExploredCache } from './visit.ts'

/** Larger entries are not looked into: they would have to be held in memory, and to arrive before the store's deadline. */
const MAX_READ_BYTES = 8 * 1024 * 1024

type Explored = Pick<ExploredCache, 'store' | 'layout'>

/** An entry as the explorer has found it. */
export type FoundEntry =
  | { readonly kind: 'read'; readonly stored: StoredEntry; readonly read: ReadEntry }
  | { readonly kind: 'too-large'; readonly stored: StoredEntry }

/** Undefined where there is none. */
export async function findEntry(open: Explored, reference: string): Promise<FoundEntry | undefined> {
  const { stored } = (await lookUp(open, reference)) ?? {}
  return stored && (await readFound(open, stored))
}

/** An entry with what its deletion takes. */
export interface DeletableEntry {
  readonly stored: StoredEntry
  /** None of what is damaged. */
  readonly tags: readonly string[]
}

/**
 * Of what is stored as it is, the head tells all of that. Undefined where there is none. Throws
 * {@link InvalidOptionError} where only the whole of a large one tells.
 */
export async function findDeletable(open: Explored, reference: string): Promise<DeletableEntry | undefined> {
  const { stored, about } = (await lookUp(open, reference)) ?? {}
  if (stored === undefined) return undefined
  if (about !== undefined) return { stored: namedBy(about, stored), tags: about.tags }
  const found = await readFound(open, stored)
  if (found?.kind !== 'too-large') return found && { stored: found.stored, tags: tagsOf(found.read) }
  const why = 'are too much to be read here for its tags: "s3-cache clear" deletes it, by its key or its path'
  throw new InvalidOptionError('object', `Its ${formatBytes(stored.size)} ${why}`)
}

interface LookedUp {
  readonly stored: StoredEntry
  /** Where its head tells. */
  readonly about: Omit<Entry, 'value'> | undefined
}

async function lookUp({ store, layout }: Explored, reference: string): Promise<LookedUp | undefined> {
  const objectKey = objectKeyOf(layout, reference)
  const head = objectKey === undefined ? undefined : await headOrAbsent(store, objectKey)
  const stored = head && storedEntry(layout, head)
  return stored && { stored, about: readRawHead(head?.metadata) }
}

async function readFound({ store }: Explored, stored: StoredEntry): Promise<FoundEntry | undefined> {
  if (stored.size > MAX_READ_BYTES) return { kind: 'too-large', stored }
  const entry = await readEntry(store, stored.objectKey, { absentIfDenied: false })
  return entry && { kind: 'read', stored: entry.kind === 'entry' ? namedBy(entry.entry, stored) : stored, read: entry }
}

const tagsOf = (entry: ReadEntry): readonly string[] => (entry.kind === 'entry' ? entry.entry.tags : [])
