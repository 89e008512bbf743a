import { createHash } from 'node:crypto'
import { encodeKey, encodeName } from './encode-key.ts'

/** What an entry is, which decides its folder and who may share it. */
export type EntryKind = 'page' | 'fetch' | 'use-cache' | 'image' | 'data'

/** Whose entry it is: one deployment's, or every deployment's. */
export type Scope = { readonly kind: 'deployment'; readonly id: string } | { readonly kind: 'shared' }

/** Longest accepted prefix, in bytes: with the longest tag and key, S3's limit of 1,024 bytes still holds. */
export const MAX_PREFIX_BYTES = 128

/** So many that listings, which are in the order of the keys, are in that of the generations too. */
const GENERATION_DIGITS = 4

/** The object keys of one prefix. Everything outside `<prefix>v1/` is foreign: never read, listed or deleted. */
export interface Layout {
  readonly prefix: string
  /** What all our objects begin with. */
  readonly root: string
  /** The object that holds an entry. */
  entry(kind: EntryKind, scope: Scope, key: string): string
  /** The zero-byte object that says "this entry carries this tag". */
  index(tag: string, entryKey: string): string
  /** What all entries of a scope, or of one kind in it, begin with. */
  entries(scope: Scope | 'all', kind?: EntryKind): string
  /** What all index objects begin with, or those of one tag. */
  indexes(tag?: string): string
  /** The entry that an index object names. */
  entryOfIndex(indexKey: string): string
  /** What the key of an entry's object says; nothing of it is decoded. */
  partsOf(entryKey: string): { readonly scope: string; readonly kind: string; readonly encodedKey: string }
  /** The advisory lock of this name. */
  lease(name: string): string
  /** The object by which a deployment shows that it is alive. Its last part names the scope's folder in `entries/`, too. */
  deploy(id: string): string
  /** What all those objects begin with. */
  readonly deploys: string
  /** The scope's folder in `entries/` that such an object stands for; undefined for what is none. */
  scopeOfDeploy(key: string): string | undefined
  /** The doorbell of the tag log. */
  readonly bell: string
  /** What all objects of the tag log begin with. */
  readonly log: string
  logObject(generation: number, name: string): string
}

export function createLayout(prefix: string): Layout {
  const root = `${prefix}v1/`
  return {
    prefix,
    root,
    entry: (kind, scope, key) => `${root}entries/${path(kind, scope, key)}`,
    index: (tag, entryKey) => `${root}index/${encodeName(tag)}/${entryKey.slice(`${root}entries/`.length)}`,
    entries: (scope, kind) =>
      `${root}entries/${scope === 'all' ? '' : `${scopeName(scope)}/${kind === undefined ? '' : `${kind}/`}`}`,
    indexes: (tag) => `${root}index/${tag === undefined ? '' : `${encodeName(tag)}/`}`,
    entryOfIndex: (indexKey) => {
      const tagAndPath = indexKey.slice(`${root}index/`.length)
      return `${root}entries/${tagAndPath.slice(tagAndPath.indexOf('/') + 1)}`
    },
    partsOf: (entryKey) => {
      const [scope = '', kind = '', ...encodedKey] = entryKey.slice(`${root}entries/`.length).split('/')
      return { scope, kind, encodedKey: encodedKey.join('/') }
    },
    lease: (name) => `${root}leases/${createHash('sha256').update(name, 'utf16le').digest('hex')}`,
    deploy: (id) => `${root}deploys/${encodeName(id)}`,
    deploys: `${root}deploys/`,
    scopeOfDeploy: (key) => {
      const scope = key.slice(`${root}deploys/`.length)
      return scope === '' || scope.includes('/') || scope === SHARED ? undefined : scope
    },
    bell: `${root}tags/bell`,
    log: `${root}tags/log/`,
    logObject: (generation, name) => `${root}tags/log/${String(generation).padStart(GENERATION_DIGITS, '0')}/${name}`,
  }
}

/** Which generation a log object belongs to. */
export const generationOf = (layout: Layout, logKey: string): number =>
  Number(logKey.slice(layout.log.length, layout.log.length + GENERATION_DIGITS))

const path = (kind: EntryKind, scope: Scope, key: string): string => `${scopeName(scope)}/${kind}/${encodeKey(key)}`

/**
 * What an entry is called in events: `<scope>/<kind>/<name>`, its own address and the one that it shares with its likes
 * in other deployments. The name is not encoded: an address is only compared.
 */
export const addressesOf = (kind: EntryKind, scope: Scope, name: string): readonly [string, string] =>
  addressesIn(scopeName(scope), kind, name)

/** The same for a scope of which only its folder is known. */
export const addressesIn = (folder: string, kind: EntryKind, name: string): readonly [string, string] => [
  `${folder}/${kind}/${name}`,
  addressPrefix('all', kind, name),
]

/** What the addresses of a scope and kind begin with, whose names begin so. */
export const addressPrefix = (scope: Scope | 'all', kind: EntryKind, namePrefix = ''): string =>
  `${scope === 'all' ? '~all' : scopeName(scope)}/${kind}/${namePrefix}`

/** The folder of what deployments share. No deployment's name can be this: an encoded name never holds `~`. */
export const SHARED = '~shared'

/** Scopes are few and live long, and every read of every entry needs their names. */
const scopeNames = new WeakMap<Scope, string>()

function scopeName(scope: Scope): string {
  const known = scopeNames.get(scope)
  if (known !== undefined) return known
  const name = scope.kind === 'shared' ? SHARED : encodeName(scope.id)
  scopeNames.set(scope, name)
  return name
}
