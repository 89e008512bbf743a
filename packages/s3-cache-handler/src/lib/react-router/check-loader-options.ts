import { checkedTags, ttlSeconds } from '../data/data-options.ts'
import { toSeconds } from '../data/duration.ts'
import { lockOf } from '../data/remember-options.ts'
import { demand } from '../options/demand.ts'
import { rejectUnknown } from '../options/resolve-options.ts'
import type { CachedLoaderOptions } from './cached-loader.ts'

const NAMES: readonly (keyof CachedLoaderOptions<never, unknown>)[] = [
  'key',
  'tags',
  'ttl',
  'swr',
  'staleIfError',
  'bypass',
  'forceFresh',
  'isStale',
  'shouldCache',
  'schema',
  'version',
  'maxBytes',
  'lock',
  'timeout',
  'waitUntil',
  'signal',
]

/** Throws InvalidOptionError when the server starts, for what would else fail each request. */
export function checkLoaderOptions<Args, Data>(options: CachedLoaderOptions<Args, Data>): void {
  rejectUnknown('cachedLoader', options, NAMES)
  const { key, tags = [], ttl = 0, swr = 0, staleIfError = 0, maxBytes = 0, version = '', lock, timeout = 0 } = options
  const isKey = typeof key === 'function' || Array.isArray(key) || (typeof key === 'string' && key !== '')
  demand('key', isKey, 'a text, a list or a function', key)
  if (typeof tags !== 'function') checkedTags('tags', tags)
  ttlSeconds('ttl', ttl)
  toSeconds('swr', swr)
  toSeconds('staleIfError', staleIfError)
  toSeconds('timeout', timeout)
  lockOf(lock)
  demand('version', ['string', 'number'].includes(typeof version), 'a text or a number', version)
  demand('maxBytes', Number.isSafeInteger(maxBytes) && maxBytes >= 0, 'a whole number of 0 or more', maxBytes)
}
