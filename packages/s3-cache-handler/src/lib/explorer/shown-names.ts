import { printable } from '../format.ts'
import type { StoredEntry } from '../inspect/stored-entry.ts'
import type { Layout } from '../keys/layout.ts'
import { shownResponse } from './shown-response.ts'

/** Longest text on a page, in characters: a key may have any length. */
const MAX_SHOWN = 300

/** An entry as people call it: a page by its path, a response by its URL. */
export const nameOf = (entry: Pick<StoredEntry, 'kind' | 'path' | 'key' | 'objectKey'>): string =>
  shortened(printable(entry.path ?? shownResponse(entry)?.url ?? entry.key ?? entry.objectKey))

/** What tells a response from others of its URL. */
export const responseNotes = (entry: Pick<StoredEntry, 'kind' | 'key'>): readonly string[] =>
  (shownResponse(entry)?.about ?? []).map(shortened)

/** Whose it is. */
export const deploymentOf = ({ deployment }: Pick<StoredEntry, 'deployment'>): string =>
  deployment === undefined ? 'shared by all deployments' : printable(deployment)

export const shortened = (text: string): string => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text)

/** What links call an entry: the key of its object without what all begin with, which is plain ASCII. */
export const referenceOf = (layout: Layout, objectKey: string): string => objectKey.slice(layout.entries('all').length)

/** Undefined for what can be no entry's: nothing that a URL or a file system would take for another place. */
export function objectKeyOf(layout: Layout, reference: string): string | undefined {
  const parts = reference.split('/')
  const isOne = parts.length > 2 && parts.every((part) => /^[\x21-\x7e]+$/.test(part) && part !== '.' && part !== '..')
  return isOne ? layout.entries('all') + reference : undefined
}
