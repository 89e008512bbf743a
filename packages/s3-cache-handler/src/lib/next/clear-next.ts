import { inspect } from 'node:util'
import { outside } from '../async-context.ts'
import { InvalidOptionError, NoCacheError } from '../errors.ts'
import type { EntryKind } from '../keys/layout.ts'
import { tagSubject } from '../tags/subjects.ts'
import { refuse, refuseUnknown } from './call-options.ts'
import { clearSubjects, type ClearTarget } from './clear-subjects.ts'
import { type Enabled, scopeOf } from './next-environment.ts'
import { headerSafe } from '../header-safe.ts'
import { isDisabled, openEnvironments } from './open-environments.ts'
import { isWantedPage, type WantedPages, withoutEndSlash } from './page-path.ts'

/** Which of Next's entries to delete. At most one of `path`, `pathPrefix` and `tag`; none of them for all. */
export interface NextSelection {
  /**
   * One page or route handler, by its path as a browser asks for it, without `basePath`: `/stories/seal-count`. Where the
   * Pages Router has locales, with its locale, also if that is the default: `/en/stories/seal-count`.
   */
  readonly path?: string
  /** Pages and route handlers whose path begins so: `/stories/`. */
  readonly pathPrefix?: string
  /** Entries with this tag. Its event takes them out of memory whatever their kind and deployment. */
  readonly tag?: string
  /** Pages and route handlers, `fetch` and `unstable_cache`, `use cache`, or optimised images; all by default. */
  readonly kind?: NextKind
  /** Only this deployment's entries and those that deployments share, or every deployment's. @default 'current' */
  readonly deployment?: 'current' | 'all'
  /** Must be true where `prefix` is empty, because the bucket may hold objects of others that look like ours. */
  readonly wholeBucket?: boolean
}

export type NextKind = Extract<EntryKind, 'page' | 'fetch' | 'image' | 'use-cache'>
const KINDS: readonly NextKind[] = ['page', 'fetch', 'image', 'use-cache']

/**
 * Deletes entries from the bucket, from this process's memory, and from that of every other instance within
 * `tagRefreshMs`: an event tells them first.
 *
 * @throws ERR_INVALID_OPTION for a selection that cannot work, ERR_NO_CACHE where no handler runs in this process, and
 * ERR_NOT_INVALIDATED, ERR_INCOMPLETE_CLEAR or an ERR_OBJECT_STORE_… when the store fails
 * @returns how many entries were deleted
 */
export async function clearNext(selection: NextSelection): Promise<{ readonly deleted: number }> {
  check(selection)
  const environments = openEnvironments()
  if (environments.length === 0 && isDisabled()) return { deleted: 0 }
  if (environments.length === 0) {
    throw new NoCacheError('clearNext needs a process in which Next has loaded s3-cache-handler')
  }
  let deleted = 0
  for (const environment of environments) deleted += await outside(() => clearIn(environment, selection))
  return { deleted }
}

async function clearIn({ cache, layout, scopes, isShared }: Enabled, selection: NextSelection): Promise<number> {
  const { tag, kind, deployment = 'current', wholeBucket = false } = selection
  if (isShared && layout.prefix === '' && !wholeBucket) {
    const message = '"wholeBucket" must be true to clear under an empty "prefix" (CACHE_KEY_PREFIX)'
    throw new InvalidOptionError('wholeBucket', message)
  }
  const wanted = wantedPages(selection)
  const kinds = kind !== undefined ? [kind] : wanted === undefined ? KINDS : (['page'] as const)
  const targets = kinds.map((each): ClearTarget => ({
    kind: each,
    scope: deployment === 'all' ? 'all' : scopeOf(each, scopes),
  }))
  const folders = targets.map((target) => layout.entries(target.scope, target.kind))
  const isTarget = (entryKey: string): boolean =>
    deployment === 'all'
      ? targets.some((target) => target.kind === layout.partsOf(entryKey).kind)
      : folders.some((folder) => entryKey.startsWith(folder))
  if (tag !== undefined) {
    const safe = headerSafe(tag)
    return await cache.clear([tagSubject(safe)], { by: 'tag', tag: safe, isSelected: isTarget })
  }
  const isWanted = (entryKey: string): boolean =>
    wanted === undefined || isWantedPage(layout.partsOf(entryKey).encodedKey, wanted)
  return await cache.clear(
    targets.flatMap((target) => clearSubjects(target, wanted)),
    {
      by: 'prefix',
      prefixes: deployment === 'all' ? [layout.entries('all')] : folders,
      isSelected: (entryKey) => isTarget(entryKey) && isWanted(entryKey),
    },
  )
}

function wantedPages({ path, pathPrefix }: NextSelection): WantedPages | undefined {
  if (pathPrefix !== undefined) return { kind: 'prefix', prefix: pathPrefix }
  return path === undefined ? undefined : { kind: 'path', path: withoutEndSlash(path) }
}

function check(selection: NextSelection): void {
  if (typeof selection !== 'object' || selection === null) {
    refuse('selection', `must be an object, as {} for everything of this deployment, got ${inspect(selection)}`)
  }
  // What was meant to narrow the selection must not widen it to everything.
  const missing = Object.entries(selection).find(([, value]) => value === undefined)
  if (missing !== undefined) refuse(missing[0], 'is undefined: leave it out where it is not to narrow the selection')
  const { path, pathPrefix, tag, kind, deployment, wholeBucket } = selection
  refuseUnknown(selection, ['path', 'pathPrefix', 'tag', 'kind', 'deployment', 'wholeBucket'])
  const given = Object.entries({ path, pathPrefix, tag }).filter(([, value]) => value !== undefined)
  if (given.length > 1) refuse(given[1]?.[0] ?? '', `and "${given[0]?.[0]}" exclude each other`)
  for (const [name, value] of given) {
    const isPath = name !== 'tag'
    if (typeof value !== 'string' || value === '' || (isPath && !value.startsWith('/'))) {
      refuse(name, `must be ${isPath ? 'a path that begins with "/"' : 'a non-empty string'}, got ${inspect(value)}`)
    }
  }
  if (kind !== undefined && !KINDS.includes(kind))
    refuse('kind', `must be one of ${KINDS.join(', ')}, got ${inspect(kind)}`)
  if (kind !== undefined && kind !== 'page' && (path ?? pathPrefix) !== undefined) {
    refuse('kind', `must be page for a path, got ${inspect(kind)}`)
  }
  if (deployment !== undefined && deployment !== 'current' && deployment !== 'all') {
    refuse('deployment', `must be current or all, got ${inspect(deployment)}`)
  }
  if (wholeBucket !== undefined && typeof wholeBucket !== 'boolean') {
    refuse('wholeBucket', `must be true or false, got ${inspect(wholeBucket)}`)
  }
}
