import { staleAtOf, toCacheEntry } from './cache-entry.ts'
import type { EntryUse, RememberOptions } from './data-cache.ts'
import type { DataReader, FindOptions, Found } from './data-reader.ts'
import type { EntrySettings } from './data-settings.ts'
import { validate } from './remember-options.ts'

/** What is there, and what it is good for. */
export interface Present<T> {
  readonly value: T
  readonly use: EntryUse
  /** Tells it from the next one under its key. */
  readonly lastModified: number
}

export interface FindParts {
  readonly reader: DataReader
  readonly now: () => number
}

export interface FindCall<T> {
  readonly key: string
  readonly options: RememberOptions<T>
  readonly settings: EntrySettings
}

/** Undefined for a miss. Rejects as {@link DataReader.find} does. */
export async function findPresent<T>(
  { reader, now }: FindParts,
  { key, options, settings }: FindCall<T>,
  how: FindOptions = {},
): Promise<Present<T> | undefined> {
  const found = await reader.find(key, how)
  const valid = found && (await validate(found, options.schema))
  if (found === undefined || valid === undefined) return undefined
  const { value } = valid
  const { judge } = options
  const use =
    judge === undefined
      ? useOf(found, value, { options, settings, now: now() })
      : judge(toCacheEntry<T>({ ...found, value }), now())
  return { value, use, lastModified: found.entry.lastModified }
}

function useOf<T>(
  found: Found,
  value: T,
  { options, settings, now }: Pick<FindCall<T>, 'options' | 'settings'> & { readonly now: number },
): EntryUse {
  const isStale = options.isStale?.(value) === true
  if (found.state === 'fresh' && !isStale) return 'fresh'
  const pastMs = now - staleAtOf(found)
  // What was invalidated softly is within its time, and served while a new one is made.
  const isWithin = (seconds: number): boolean => (isStale ? seconds > 0 : pastMs <= seconds * 1000)
  if (isWithin(settings.swr)) return 'stale'
  return isWithin(settings.staleIfError) ? 'fallback' : 'unusable'
}
