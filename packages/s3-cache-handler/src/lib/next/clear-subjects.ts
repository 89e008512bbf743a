import { addressPrefix, type EntryKind, type Scope } from '../keys/layout.ts'
import { addressSubject, prefixSubject, type Subject } from '../tags/subjects.ts'
import { spellings, type WantedPages } from './page-path.ts'

/** Entries of one kind, of one scope or of all. */
export interface ClearTarget {
  readonly kind: EntryKind
  readonly scope: Scope | 'all'
}

/** What the event of a clear is about: all entries of the target, or the pages that are wanted. */
export function clearSubjects({ scope, kind }: ClearTarget, wanted: WantedPages | undefined): Subject[] {
  if (wanted === undefined) return [prefixSubject(addressPrefix(scope, kind))]
  return wanted.kind === 'path'
    ? spellings(wanted.path).map((path) => addressSubject(addressPrefix(scope, kind, path)))
    : spellings(wanted.prefix).map((prefix) => prefixSubject(addressPrefix(scope, kind, prefix)))
}
