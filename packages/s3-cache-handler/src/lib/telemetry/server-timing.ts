import { AsyncLocalStorage } from 'node:async_hooks'
import type { CacheEvent } from '../cache-events.ts'
import { listen } from '../listen.ts'
import { processWide } from '../registry.ts'
import { hashKey } from './hash-key.ts'

/** Browsers and proxies take a few KB of headers: what comes above is counted in one more. */
const MAX_TIMINGS = 20

/** What a piece of work came to, and what the data caches did for it. */
export interface Timed<Value> {
  readonly value: Value
  /** The value of a `Server-Timing` header; empty where no cache was asked. */
  readonly serverTiming: string
}

/** What a cache did, and how long it took. */
interface Timing {
  readonly did: string
  readonly key: string
  /** In ms; undefined for what has no duration of its own. */
  readonly durationMs: number | undefined
}

/** What one piece of work had done for it. */
interface Collected {
  readonly first: Timing[]
  /** How many came after those. */
  more: number
  moreMs: number
}

/**
 * Runs `work`, and tells what the data caches did for it, in any framework:
 *
 * ```ts
 * const { value, serverTiming } = await withServerTiming(() => cache.remember(['post', id], () => db.post(id)))
 * return Response.json(value, { headers: { 'Server-Timing': serverTiming } })
 * // s3-cache;desc="hit memory fresh 2cf24dba5fb0a30e";dur=0.02
 * ```
 *
 * Each read is one metric, in order, and so is each value that was stored or taken over from another call; after the
 * twentieth the rest is one. Keys are hashed. Rejects as `work` does. See https://www.w3.org/TR/server-timing/
 */
export async function withServerTiming<Value>(work: () => Value | Promise<Value>): Promise<Timed<Value>> {
  const collected: Collected = { first: [], more: 0, moreMs: 0 }
  const value = await openCollector().run(collected, work)
  return { value, serverTiming: headerOf(collected) }
}

/** Hits, misses and sets are published in the async context of whoever asked. */
const openCollector = (): AsyncLocalStorage<Collected> =>
  processWide('server timing', () => {
    const storage = new AsyncLocalStorage<Collected>()
    listen((event) => {
      const collected = storage.getStore()
      if (collected !== undefined) collect(collected, event)
    })
    return storage
  })

function collect(collected: Collected, event: CacheEvent): void {
  const timing = timingOf(event)
  if (timing === undefined) return
  if (collected.first.length < MAX_TIMINGS) {
    collected.first.push(timing)
    return
  }
  collected.more++
  collected.moreMs += timing.durationMs ?? 0
}

function timingOf(event: CacheEvent): Timing | undefined {
  if (!('kind' in event) || event.kind !== 'data') return undefined
  const { key } = event
  switch (event.name) {
    case 'hit':
      return { did: `hit ${event.tier} ${event.freshness}`, key, durationMs: event.durationMs }
    case 'miss':
      return { did: `miss ${event.reason}`, key, durationMs: event.durationMs }
    case 'set':
    case 'deduplicated':
      return { did: event.name, key, durationMs: undefined }
    default:
      return undefined
  }
}

function headerOf({ first, more, moreMs }: Collected): string {
  const shown = first.map(({ did, key, durationMs }) => metric(`${did} ${hashKey(key)}`, durationMs))
  return [...shown, ...(more === 0 ? [] : [metric(`${more} more`, moreMs)])].join(', ')
}

/** @param description Of words and hex digits, which need no escapes. */
const metric = (description: string, durationMs: number | undefined): string =>
  `s3-cache;desc="${description}"${durationMs === undefined ? '' : `;dur=${Number(durationMs.toFixed(2))}`}`
