import type { CacheSizes } from './gauges.ts'
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
  const places = new Map<string, PlaceSizes>()
  for (const { bucket = '', layout, gauges } of openCaches().values()) {
    const { prefix } = layout
    const id = JSON.stringify([bucket, prefix])
    const sizes = gauges.read()
    const known = places.get(id)?.sizes
    places.set(id, { bucket, prefix, sizes: known === undefined ? sizes : sum(known, sizes) })
  }
  return [...places.values()]
}

function sum(one: CacheSizes, other: CacheSizes): CacheSizes {
  const names = Object.keys(one) as (keyof CacheSizes)[]
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as unknown as CacheSizes
}
