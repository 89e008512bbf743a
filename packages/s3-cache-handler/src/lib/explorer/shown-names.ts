import { printable } from '../format.ts'
import type { StoredEntry } from '../inspect/stored-entry.ts'
import type { Layout } from '../keys/layout.ts'

/** Longest text on a page, in characters: a key may have any length. */
const MAX_SHOWN = 300

/** An entry as people call it: a page by its path. */
export const nameOf = ({ path, key, objectKey }: Pick<StoredEntry, 'path' | 'key' | 'objectKey'>): string =>
  shortened(printable(path ?? key ?? objectKey))

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
