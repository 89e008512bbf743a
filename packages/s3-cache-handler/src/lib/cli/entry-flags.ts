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
  'key-prefix': { value: 'TEXT', help: 'only those whose key begins so; not pages, which go by their path' },
  path: { value: 'PATH', help: 'only the page or route handler at this path, as browsers ask for it' },
  'path-prefix': { value: 'PATH', help: 'only pages and route handlers whose path begins so' },
  tag: { value: 'TAG', help: 'only those with this tag' },
}

/** Throws {@link UsageError} for flags that cannot go together. */
export function entryFilterOf(flags: ParsedFlags): EntryFilter {
  const [kind, deployment, keyPrefix] = [
    textOf(flags, 'kind'),
    textOf(flags, 'deployment'),
    textOf(flags, 'key-prefix'),
  ]
  const [path, pathPrefix, tag] = [textOf(flags, 'path'), textOf(flags, 'path-prefix'), textOf(flags, 'tag')]
  if (path !== undefined && pathPrefix !== undefined)
    throw new UsageError('"--path" and "--path-prefix" exclude each other')
  // As of a variable that is not set: it must not mean everything.
  const empty = Object.keys(ENTRY_FLAGS).find((name) => textOf(flags, name) === '')
  if (empty !== undefined) throw new UsageError(`"--${empty}" must not be empty`)
  if (keyPrefix !== undefined && (path ?? pathPrefix) !== undefined) {
    throw new UsageError('"--key-prefix" is not for pages, which go by their path')
  }
  // From there on a key in an object's name is cut, and others begin as it does.
  if (encodeKeyPrefix(keyPrefix ?? pathPrefix ?? '').length >= MAX_KEY_HEAD_BYTES) {
    throw new UsageError(
      `"--${keyPrefix === undefined ? 'path' : 'key'}-prefix" is longer than an object's name can tell`,
    )
  }
  const kinds = kind?.split(',').map(kindOf)
  if (keyPrefix !== undefined && kinds?.includes('page') === true) {
    throw new UsageError('"--key-prefix" is not for pages: give "--path-prefix"')
  }
  const pages = pagesOf(path, pathPrefix)
  if (pages !== undefined && kinds?.some((each) => each !== 'page') === true) {
    throw new UsageError(
      `"--${path === undefined ? 'path-prefix' : 'path'}" is for pages and route handlers, kind page`,
    )
  }
  return {
    kinds: kinds ?? (keyPrefix === undefined ? undefined : ENTRY_KINDS.filter((each) => each !== 'page')),
    deployment: deployment === SHARED ? { is: 'shared' } : deployment,
    keyPrefix,
    pages,
    tag,
  }
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
