import { type CacheSizes, type Gauges, readTogether } from './gauges.ts'
import type { OpenCache } from './open-cache.ts'
import { processWide } from './registry.ts'

/** The caches of this process, by their options. */
export const openCaches = (): Map<string, OpenCache> => processWide('caches', () => new Map<string, OpenCache>())

/** What the caches of one place hold. */
export interface PlaceSizes {
  /** Empty where entries are kept in no bucket. */
  readonly bucket: string
  readonly prefix: string
  readonly sizes: CacheSizes
}

/** One for each bucket and prefix, summed over the caches that are open on it. */
export function sizesByPlace(): PlaceSizes[] {
  const places = new Map<string, Omit<PlaceSizes, 'sizes'> & { readonly all: Gauges[] }>()
  for (const { bucket = '', layout, gauges } of openCaches().values()) {
    const { prefix } = layout
    const id = JSON.stringify([bucket, prefix])
    const place = places.get(id) ?? { bucket, prefix, all: [] }
    place.all.push(gauges)
    places.set(id, place)
  }
  return Array.from(places.values(), ({ all, ...place }) => ({ ...place, sizes: readTogether(all) }))
}
