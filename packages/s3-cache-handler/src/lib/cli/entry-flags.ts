import type { EntryFilter } from '../inspect/find-entries.ts'
import { ENTRY_KINDS } from '../inspect/stored-entry.ts'
import { type FlagSpecs, type ParsedFlags, textOf, UsageError } from './flags.ts'

/** What stands for all that deployments share, where a deployment is asked for. */
const SHARED = 'shared'

/** The flags that say which entries are meant. */
export const ENTRY_FLAGS: FlagSpecs = {
  kind: { value: 'KIND', help: `only ${ENTRY_KINDS.join(', ')}; several with commas` },
  deployment: { value: 'NAME', help: `only this deployment's own; "${SHARED}": only what deployments share` },
  'key-prefix': { value: 'TEXT', help: 'only those whose key begins so' },
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
  return {
    kinds: kind?.split(',').map(kindOf),
    deployment: deployment === SHARED ? { is: 'shared' } : deployment,
    keyPrefix,
    pages:
      path !== undefined
        ? { kind: 'path', path: requirePath('path', path).replace(/(?<=.)\/$/, '') }
        : pathPrefix !== undefined
          ? { kind: 'prefix', prefix: requirePath('path-prefix', pathPrefix) }
          : undefined,
    tag,
  }
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
