import { expiresAtOf } from '../codec/object-codec.ts'
import type { CacheEntry } from './data-cache.ts'
import type { Found } from './data-reader.ts'
import type { DataValue } from './data-value.ts'

/** What its readers are told of an entry. */
export function toCacheEntry<T>(found: Found): CacheEntry<T> {
  const { value, entry, etag, state } = found
  return {
    value: value as T,
    state,
    createdAt: entry.lastModified,
    staleAt: staleAtOf(found),
    expiresAt: expiresAtOf(entry),
    tags: entry.tags,
    size: sizeOf(entry.value),
    etag,
  }
}

export function staleAtOf({ entry: { lastModified, lifetime } }: Pick<Found, 'entry'>): number {
  const { revalidate } = lifetime ?? { revalidate: false }
  return revalidate === false ? Infinity : lastModified + revalidate * 1000
}

const sizeOf = (value: DataValue): number =>
  'raw' in value ? value.raw.length : Buffer.byteLength(value.text) + (value.bytes?.length ?? 0)
