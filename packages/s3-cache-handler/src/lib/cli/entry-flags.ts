import type { EntryFilter } from '../inspect/find-entries.ts'
import { encodeKeyPrefix, MAX_KEY_HEAD_BYTES } from '../keys/encode-key.ts'
import { type WantedPages, withoutEndSlash } from '../next/page-path.ts'
import { ENTRY_KINDS } from '../inspect/stored-entry.ts'
import { type FlagSpecs, type ParsedFlags, textOf, UsageError } from './flags.ts'

/** What stands for all that deployments share, where a deployment is asked for. */
const SHARED = '~shared'

/** The flags that say which entries are meant. */
export const ENTRY_FLAGS: FlagSpecs = {
  kind: { value: 'KIND', help: `only ${ENTRY_KINDS.join(', ')}; several with commas` },
  deployment: { value: 'NAME', help: `only this deployment's own; "${SHARED}": only what deployments share` },
  key: { value: 'TEXT', help: 'only this key; not pages, which go by their path' },
  'key-prefix': { value: 'TEXT', help: 'only those whose key begins so; not pages' },
  path: { value: 'PATH', help: 'only the page or route handler at this path, as browsers ask for it' },
  'path-prefix': { value: 'PATH', help: 'only pages and route handlers whose path begins so' },
  tag: { value: 'TAG', help: 'only those with this tag' },
}

/** At most one of them says which entry. */
const OF_KEYS = ['key', 'key-prefix'] as const
const OF_PAGES = ['path', 'path-prefix'] as const

/** Throws {@link UsageError} for flags that cannot go together. */
export function entryFilterOf(flags: ParsedFlags): EntryFilter {
  // As of a variable that is not set: it must not mean everything.
  const empty = Object.keys(ENTRY_FLAGS).find((name) => textOf(flags, name) === '')
  if (empty !== undefined) throw new UsageError(`"--${empty}" must not be empty`)
  const [selector, another] = [...OF_KEYS, ...OF_PAGES].filter((name) => textOf(flags, name) !== undefined)
  if (another !== undefined) throw new UsageError(`"--${selector}" and "--${another}" exclude each other`)
  requireShort(flags)
  const deployment = textOf(flags, 'deployment')
  return {
    kinds: kindsOf(flags, selector),
    deployment: deployment === SHARED ? { is: 'shared' } : deployment,
    key: textOf(flags, 'key'),
    keyPrefix: textOf(flags, 'key-prefix'),
    pages: pagesOf(textOf(flags, 'path'), textOf(flags, 'path-prefix')),
    tag: textOf(flags, 'tag'),
  }
}

/** From some length on a key in an object's name is cut, and others begin as it does. */
function requireShort(flags: ParsedFlags): void {
  for (const name of ['key-prefix', 'path-prefix']) {
    if (encodeKeyPrefix(textOf(flags, name) ?? '').length >= MAX_KEY_HEAD_BYTES) {
      throw new UsageError(`"--${name}" is longer than an object's name can tell`)
    }
  }
}

/** Undefined for all. */
function kindsOf(flags: ParsedFlags, selector: string | undefined): EntryFilter['kinds'] {
  const kinds = textOf(flags, 'kind')?.split(',').map(kindOf)
  if (OF_KEYS.some((name) => name === selector)) {
    if (kinds?.includes('page') === true)
      throw new UsageError(`"--${selector}" is not for pages: give "--${selector?.replace('key', 'path')}"`)
    return kinds ?? ENTRY_KINDS.filter((kind) => kind !== 'page')
  }
  if (OF_PAGES.some((name) => name === selector) && kinds?.some((kind) => kind !== 'page') === true) {
    throw new UsageError(`"--${selector}" is for pages and route handlers, kind page`)
  }
  return kinds
}

function pagesOf(path: string | undefined, pathPrefix: string | undefined): WantedPages | undefined {
  if (path !== undefined) return { kind: 'path', path: withoutEndSlash(requirePath('path', path)) }
  return pathPrefix === undefined ? undefined : { kind: 'prefix', prefix: requirePath('path-prefix', pathPrefix) }
}

function kindOf(text: string): (typeof ENTRY_KINDS)[number] {
  const kind = ENTRY_KINDS.find((known) => known === text)
  if (kind === undefined) throw new UsageError(`"--kind" must be of ${ENTRY_KINDS.join(', ')}, got "${text}"`)
  return kind
}

/** Throws {@link UsageError} for what is none. */
export function requirePath(flag: string, path: string): string {
  if (path.startsWith('/')) return path
  throw new UsageError(`"--${flag}" must be a path that begins with "/", got "${path}"`)
}
