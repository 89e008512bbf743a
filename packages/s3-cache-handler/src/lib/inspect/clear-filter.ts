import { headerSafe } from '../header-safe.ts'
import { addressPrefix } from '../keys/layout.ts'
import { clearSubjects } from '../next/clear-subjects.ts'
import type { OpenCache } from '../open-cache.ts'
import { addressSubject, prefixSubject, type Subject, tagSubject } from '../tags/subjects.ts'
import { type EntryFilter, folderOf, matcherOf, scopeOf } from './find-entries.ts'
import { ENTRY_KINDS } from './stored-entry.ts'

/**
 * Deletes the entries that are meant, after an event that takes them out of the memory of all instances: that of a tag takes
 * whatever carries it. Throws NotInvalidatedError and IncompleteClearError; calling it again does the rest.
 * @returns how many entries were deleted
 */
export async function clearFilter(
  { cache, layout }: Pick<OpenCache, 'cache' | 'layout'>,
  filter: EntryFilter,
  onDeleted: (deleted: number) => void,
): Promise<number> {
  const isSelected = matcherOf(layout, filter)
  if (filter.tag !== undefined) {
    const tag = headerSafe(filter.tag)
    return await cache.clear([tagSubject(tag)], { by: 'tag', tag, isSelected, onDeleted })
  }
  const prefixes = [folderOf(layout, filter)]
  return await cache.clear(subjectsOf(filter), { by: 'prefix', prefixes, isSelected, onDeleted })
}

function subjectsOf({ kinds = ENTRY_KINDS, deployment, key, keyPrefix, pages }: EntryFilter): Subject[] {
  const scope = deployment === undefined ? 'all' : scopeOf(deployment)
  if (pages !== undefined) return clearSubjects({ kind: 'page', scope }, pages)
  if (key !== undefined) return kinds.map((kind) => addressSubject(addressPrefix(scope, kind, key)))
  return kinds.map((kind) => prefixSubject(addressPrefix(scope, kind, keyPrefix)))
}
