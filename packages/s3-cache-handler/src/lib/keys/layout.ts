import { encodeKey, encodeName } from './encode-key.ts'

/** What an entry is, which decides its folder and who may share it. */
export type EntryKind = 'page' | 'fetch' | 'use-cache' | 'image' | 'data'

/** Whose entry it is: one deployment's, or every deployment's. */
export type Scope = { readonly kind: 'deployment'; readonly id: string } | { readonly kind: 'shared' }

/** Longest accepted prefix, in bytes: with the longest tag and key, S3's limit of 1,024 bytes still holds. */
export const MAX_PREFIX_BYTES = 128

/** The object keys of one prefix. Everything outside `<prefix>v1/` is foreign: never read, listed or deleted. */
export interface Layout {
  /** The object that holds an entry. */
  entry(kind: EntryKind, scope: Scope, key: string): string
  /** The zero-byte object that says "this entry carries this tag". */
  index(tag: string, kind: EntryKind, scope: Scope, key: string): string
  /** The doorbell of the tag log. */
  readonly bell: string
}

export function createLayout(prefix: string): Layout {
  const root = `${prefix}v1/`
  return {
    entry: (kind, scope, key) => `${root}entries/${path(kind, scope, key)}`,
    index: (tag, kind, scope, key) => `${root}index/${encodeName(tag)}/${path(kind, scope, key)}`,
    bell: `${root}tags/bell`,
  }
}

const path = (kind: EntryKind, scope: Scope, key: string): string => `${scopeName(scope)}/${kind}/${encodeKey(key)}`

/** No deployment's name can be `~shared`: an encoded name never holds `~`. */
const scopeName = (scope: Scope): string => (scope.kind === 'shared' ? '~shared' : encodeName(scope.id))
