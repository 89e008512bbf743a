import { InvalidOptionError } from '../errors.ts'
import type { Lifetime } from '../entry.ts'
import { rejectUnknown, show } from '../options/resolve-options.ts'
import type { RememberOptions, SetOptions } from './data-cache.ts'
import { checkedTags, type ResolvedDefaults, ttlSeconds } from './data-options.ts'
import { toSeconds } from './duration.ts'

/** What an entry is stored with. Durations in seconds, Infinity for ever. */
export interface EntrySettings extends ResolvedDefaults {
  readonly contentType: string | undefined
}

/** What is not said here is as in `defaults`; tags are added to its. Throws {@link InvalidOptionError}. */
export function settingsOf(options: SetOptions, defaults: ResolvedDefaults): EntrySettings {
  rejectUnknown('An entry', options, NAMES)
  const { ttl, swr, staleIfError, tags, contentType } = options
  if (contentType !== undefined && !(typeof contentType === 'string' && /^[\x20-\x7e]+$/.test(contentType))) {
    throw new InvalidOptionError('contentType', `"contentType" must be a media type, got ${show(contentType)}`)
  }
  return {
    ttl: ttl === undefined ? defaults.ttl : ttlSeconds('ttl', ttl),
    swr: swr === undefined ? defaults.swr : toSeconds('swr', swr),
    staleIfError: staleIfError === undefined ? defaults.staleIfError : toSeconds('staleIfError', staleIfError),
    tags: tags === undefined ? defaults.tags : [...new Set([...defaults.tags, ...checkedTags('tags', tags)])],
    contentType,
  }
}

/** Of `set` and of `remember`: a name that is misspelt must not be ignored. */
const NAMES: readonly (keyof RememberOptions<unknown>)[] = [
  'ttl',
  'swr',
  'staleIfError',
  'tags',
  'contentType',
  'bypass',
  'forceFresh',
  'isStale',
  'judge',
  'shouldCache',
  'schema',
  'lock',
  'timeout',
  'waitUntil',
  'signal',
]

/** Kept as long as anybody might be served it. */
export const lifetimeOf = ({ ttl, swr, staleIfError }: ResolvedDefaults): Lifetime =>
  ttl === Infinity ? { revalidate: false } : { revalidate: ttl, expire: ttl + Math.max(swr, staleIfError) }
