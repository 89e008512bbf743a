import type { Cache, CacheEntry } from '@epic-web/cachified'
import type { S3Cache } from '../data/data-cache.ts'
import { type Inside, insideOf } from '../data/inside.ts'
import { InvalidOptionError } from '../errors.ts'
import { namespaceText } from '../keys/key-text.ts'
import { show } from '../options/resolve-options.ts'
import { processWide } from '../registry.ts'
import { type CachifiedAdapterOptions, resolveAdapterOptions, type ResolvedAdapterOptions } from './adapter-options.ts'
import { CachifiedStore } from './cachified-store.ts'

/** Of one cache, and of one function `tags` or none: by the options that are texts and numbers. */
type Adapters = Map<string, unknown>

/**
 * By cache, and by its function `tags`. Cachified knows by the adapter's identity which calls to make a value for once:
 * with two adapters for the same entries it would make each value twice.
 */
const adapters = processWide('cachified', () => new WeakMap<object, WeakMap<object, Adapters>>())

/** @see cachifiedAdapter */
export function openAdapter<Value>(cache: S3Cache, options: CachifiedAdapterOptions): Cache<Value> {
  const resolved = resolveAdapterOptions(options)
  const inside = typeof cache === 'object' && cache !== null ? insideOf(cache) : undefined
  if (inside === undefined) {
    throw new InvalidOptionError('cache', `"cache" must be what createS3Cache gives, got ${show(cache)}`)
  }
  const { tags, ...texts } = resolved
  const known = adaptersOf(inside, tags)
  const id = JSON.stringify([inside.space, ...Object.values(texts).map(String)])
  const adapter = known.get(id) ?? createAdapter(inside, resolved)
  known.set(id, adapter)
  return adapter as Cache<Value>
}

/** Namespaces are made anew each time they are asked for, from the same parts. */
function adaptersOf({ parts }: Inside, tags: ResolvedAdapterOptions['tags']): Adapters {
  const byTags = adapters.get(parts) ?? new WeakMap<object, Adapters>()
  adapters.set(parts, byTags)
  const known = byTags.get(tags ?? parts) ?? new Map<string, unknown>()
  byTags.set(tags ?? parts, known)
  return known
}

function createAdapter({ parts, space }: Inside, options: ResolvedAdapterOptions): Cache<unknown> {
  const store = new CachifiedStore({ parts, space: space + namespaceText(options.namespace) }, options)
  return {
    name: options.name,
    get: (key) => store.get(key),
    set: (key, entry: CacheEntry) => store.set(key, entry),
    delete: (key) => store.delete(key),
  }
}
