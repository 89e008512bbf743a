import { InvalidOptionError } from '../errors.ts'
import { isNamespaced, type Key, keyOfText, keyText } from '../keys/key-text.ts'
import { show } from '../options/resolve-options.ts'
import type { CacheStats, KeyInfo, S3Cache } from './data-cache.ts'
import type { DataParts } from './data-parts.ts'

/** What concerns many entries, or the cache as a whole. */
export type Upkeep = Pick<S3Cache, 'clear' | 'keys' | 'prune' | 'stats' | 'ping' | 'close'>

/** @param space What every key's text begins with. */
export function createUpkeep(parts: DataParts, space: string): Upkeep {
  const { listing, flights } = parts
  return {
    async clear({ prefix, wholeBucket = false } = {}) {
      const text = prefixText(parts, space, prefix)
      refuseWholeBucket(parts, { isNarrowed: text !== '', wholeBucket })
      flights.outdate((key) => key.startsWith(text))
      return { deleted: await listing.clear(text) }
    },
    async keys({ prefix, limit, cursor } = {}) {
      const page = await listing.page(prefixText(parts, space, prefix), { limit, cursor })
      const own = page.listed.filter(({ text }) => !isNamespaced(text.slice(space.length)))
      const keys = own.map(({ text, size, lastModified }): KeyInfo => ({
        key: keyOfText(text.slice(space.length)),
        size,
        lastModified,
      }))
      return { keys, ...(page.cursor !== undefined && { cursor: page.cursor }) }
    },
    prune: async ({ prefix, maxDeletes = Infinity } = {}) =>
      await listing.prune(prefixText(parts, space, prefix), maxDeletes),
    stats: (): CacheStats => ({ ...parts.counts, ...parts.sizes() }),
    ping: async () => void (await parts.ping()),
    close: async () => await parts.drain(),
  }
}

function prefixText({ hashKey }: DataParts, space: string, prefix: Key | undefined): string {
  if (prefix === undefined || prefix === '') return space
  if (hashKey === undefined) return space + keyText(prefix)
  throw new InvalidOptionError('prefix', `"prefix" finds nothing where "hashKey" hides the keys, got ${show(prefix)}`)
}

function refuseWholeBucket(
  { isShared, layout }: DataParts,
  { isNarrowed, wholeBucket }: { readonly isNarrowed: boolean; readonly wholeBucket: boolean },
): void {
  if (!isShared || layout.prefix !== '' || isNarrowed || wholeBucket) return
  const message = '"wholeBucket" must be true to clear under an empty "prefix" (CACHE_KEY_PREFIX)'
  throw new InvalidOptionError('wholeBucket', message)
}
