import { LRUCache } from 'lru-cache'
import type { EntryId } from '../entry-names.ts'
import type { EntryKind } from '../keys/layout.ts'
import { type Scopes, scopeOf } from './next-environment.ts'
import { pagePath } from './page-path.ts'

const MAX_RECENT = 1000
const MAX_RECENT_LENGTH = 512
const recent = new WeakMap<Scopes, LRUCache<string, EntryId>>()

/** What an entry of Next's is called. The same object for what was asked for a moment ago: the cache derives names from it. */
export function entryId(scopes: Scopes, kind: EntryKind, key: string): EntryId {
  const ids = idsOf(scopes)
  const known = ids.get(key)
  if (known?.kind === kind) return known
  const id = { kind, scope: scopeOf(kind, scopes), key, ...(kind === 'page' && { name: pagePath(key) }) }
  if (key.length <= MAX_RECENT_LENGTH) ids.set(key, id)
  return id
}

function idsOf(scopes: Scopes): LRUCache<string, EntryId> {
  const known = recent.get(scopes)
  if (known !== undefined) return known
  const ids = new LRUCache<string, EntryId>({ max: MAX_RECENT })
  recent.set(scopes, ids)
  return ids
}
