import { InvalidOptionError } from '../errors.ts'
import { encodeKeyPrefix, MAX_KEY_HEAD_BYTES } from '../keys/encode-key.ts'
import { type WantedPages, withoutEndSlash } from '../next/page-path.ts'
import type { EntryFilter } from './find-entries.ts'
import { ENTRY_KINDS } from './stored-entry.ts'

/** What stands for all that deployments share, where a deployment is asked for. */
export const SHARED_DEPLOYMENT = '~shared'

export const FILTER_NAMES = ['kind', 'deployment', 'key', 'key-prefix', 'path', 'path-prefix', 'tag'] as const
export type FilterName = (typeof FILTER_NAMES)[number]

/** A filter as flags and forms give it. */
export type FilterTexts = Partial<Readonly<Record<FilterName, string | undefined>>>

/** What a person calls a part of a filter, as in `"--key"`. */
export type Called = (name: string) => string

/** At most one of them says which entry. */
const OF_KEYS = ['key', 'key-prefix'] as const
const OF_PAGES = ['path', 'path-prefix'] as const

/** Throws {@link InvalidOptionError} for what cannot go together. */
export function entryFilterFrom(texts: FilterTexts, called: Called): EntryFilter {
  // As of a variable that is not set: it must not mean everything.
  const empty = FILTER_NAMES.find((name) => texts[name] === '')
  if (empty !== undefined) throw new InvalidOptionError(empty, `${called(empty)} must not be empty`)
  const [selector, another] = [...OF_KEYS, ...OF_PAGES].filter((name) => texts[name] !== undefined)
  if (selector !== undefined && another !== undefined) {
    throw new InvalidOptionError(another, `${called(selector)} and ${called(another)} exclude each other`)
  }
  requireShort(texts, called)
  const { deployment, key, tag } = texts
  return {
    kinds: kindsOf(texts, selector, called),
    deployment: deployment === SHARED_DEPLOYMENT ? { is: 'shared' } : deployment,
    key,
    keyPrefix: texts['key-prefix'],
    pages: pagesOf(texts, called),
    tag,
  }
}

/** Nothing at all, by mistake, must not mean everything. Throws {@link InvalidOptionError}. */
export function requireClearable(filter: EntryFilter, isAll: boolean, called: Called): void {
  const { tag, ...others } = filter
  if (tag !== undefined && Object.values(others).some((value) => value !== undefined)) {
    const why = 'goes alone: its event takes all that carries it, whatever its kind and deployment'
    throw new InvalidOptionError('tag', `${called('tag')} ${why}`)
  }
  const isNarrowed = Object.values(filter).some((value) => value !== undefined)
  if (isNarrowed !== isAll) return
  const all = called('all')
  throw new InvalidOptionError(
    'all',
    isNarrowed ? `${all} and a narrower selection exclude each other` : `what? Narrow it, or give ${all}`,
  )
}

/** Throws {@link InvalidOptionError} for what is none. */
export function requirePath(name: string, path: string, called: Called): string {
  if (path.startsWith('/')) return path
  throw new InvalidOptionError(name, `${called(name)} must be a path that begins with "/", got "${path}"`)
}

/** From some length on a key in an object's name is cut, and others begin as it does. */
function requireShort(texts: FilterTexts, called: Called): void {
  for (const name of ['key-prefix', 'path-prefix'] as const) {
    if (encodeKeyPrefix(texts[name] ?? '').length >= MAX_KEY_HEAD_BYTES) {
      throw new InvalidOptionError(name, `${called(name)} is longer than an object's name can tell`)
    }
  }
}

/** Undefined for all. */
function kindsOf({ kind: text }: FilterTexts, selector: FilterName | undefined, called: Called): EntryFilter['kinds'] {
  const kinds = text?.split(',').map((kind) => kindOf(kind, called))
  if (selector === 'key' || selector === 'key-prefix') {
    if (kinds?.includes('page') === true) {
      const other = called(selector.replace('key', 'path'))
      throw new InvalidOptionError('kind', `${called(selector)} is not for pages: give ${other}`)
    }
    return kinds ?? ENTRY_KINDS.filter((kind) => kind !== 'page')
  }
  if (selector !== undefined && kinds?.some((kind) => kind !== 'page') === true) {
    throw new InvalidOptionError('kind', `${called(selector)} is for pages and route handlers, kind page`)
  }
  return kinds
}

function kindOf(text: string, called: Called): (typeof ENTRY_KINDS)[number] {
  const kind = ENTRY_KINDS.find((known) => known === text)
  if (kind !== undefined) return kind
  throw new InvalidOptionError('kind', `${called('kind')} must be of ${ENTRY_KINDS.join(', ')}, got "${text}"`)
}

function pagesOf({ path, 'path-prefix': prefix }: FilterTexts, called: Called): WantedPages | undefined {
  if (path !== undefined) return { kind: 'path', path: withoutEndSlash(requirePath('path', path, called)) }
  return prefix === undefined ? undefined : { kind: 'prefix', prefix: requirePath('path-prefix', prefix, called) }
}
