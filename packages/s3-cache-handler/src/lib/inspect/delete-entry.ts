import { addressesIn } from '../keys/layout.ts'
import type { OpenCache } from '../open-cache.ts'
import { addressSubject } from '../tags/subjects.ts'
import type { StoredEntry } from './stored-entry.ts'

/**
 * Deletes one entry with its index objects, after an event that takes it out of the memory of all instances. Of a damaged
 * one whose name only it could tell there is no event: whoever has read it has seen a miss.
 * Throws NotInvalidatedError and IncompleteClearError.
 * @param tags What it carries; the index of no others is deleted.
 */
export async function deleteEntry(
  { cache }: Pick<OpenCache, 'cache'>,
  { objectKey, folder, kind, key, path }: StoredEntry,
  tags: readonly string[],
): Promise<void> {
  const name = path ?? key
  const subjects = name === undefined ? [] : [addressSubject(addressesIn(folder, kind, name)[0])]
  await cache.clear(subjects, { by: 'entry', entryKey: objectKey, tags })
}
