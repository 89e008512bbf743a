import type { CacheEntry, CacheMetadata } from '@epic-web/cachified'
import type { Lifetime } from '../entry.ts'

/** What stands for ever in a `swr`, where cachified takes `null` for nothing. */
const EVER_MS = 1e15
/** Whatever else identifies a call, such as a symbol, says nothing outside of its process. */
const STORED_TRACES: readonly string[] = ['string', 'number', 'bigint', 'boolean']

export interface LifetimeOptions {
  /** How long ago the making of the value began, in ms. */
  readonly ageMs: number
  /** How long the entry is kept after its time, in ms. */
  readonly staleIfErrorMs: number
}

/** As an entry of the data cache lives that is stored now. One without a `ttl` has 0, which is how cachified takes it. */
export function lifetimeOf(metadata: CacheMetadata, { ageMs, staleIfErrorMs }: LifetimeOptions): Lifetime {
  const revalidate = secondsOf(lengthOf(metadata.ttl) - ageMs)
  if (revalidate === Infinity) return { revalidate: false }
  return { revalidate, expire: secondsOf(usefulMs(metadata) + staleIfErrorMs - ageMs) }
}

/** As cachified's `softPurge` leaves it: stale, for the rest of its time. */
export function softened(metadata: CacheMetadata, nowMs: number): CacheMetadata {
  // In the millisecond that it was made in it would be fresh whatever its `ttl`.
  const createdTime = Math.min(metadata.createdTime, nowMs - 1)
  return { ...metadata, createdTime, ttl: 0, swr: Math.min(usefulMs(metadata), EVER_MS) }
}

/** What of it is stored. */
export function storedMetadata({ traceId, ...metadata }: CacheMetadata): CacheMetadata {
  return STORED_TRACES.includes(typeof traceId) ? { ...metadata, traceId: traceId as unknown } : metadata
}

/** Whether what was stored is an entry of cachified's. */
export const isCacheEntry = (stored: unknown): stored is CacheEntry =>
  isRecord(stored) && 'value' in stored && isRecord(stored.metadata) && typeof stored.metadata.createdTime === 'number'

/** How long after its making began an entry is of use, in ms; Infinity for ever. Older entries call their `swr` `swv`. */
const usefulMs = ({ ttl, swr, swv }: CacheMetadata): number => lengthOf(ttl) + lengthOf(swr === undefined ? swv : swr)

const lengthOf = (ms: number | null | undefined): number => (ms === null ? Infinity : Math.max(0, ms ?? 0))
const secondsOf = (ms: number): number => Math.max(0, ms) / 1000
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
