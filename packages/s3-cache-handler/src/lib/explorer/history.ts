import { outside } from '../async-context.ts'
import type { CacheEvent } from '../cache-events.ts'
import { listen } from '../listen.ts'
import { processWide } from '../registry.ts'
import { Histogram } from './histogram.ts'

const MINUTE_MS = 60_000
/** A day of minutes is kept, a megabyte at most. */
export const KEPT_MINUTES: number = 24 * 60

interface RequestCounts {
  readonly sent: number
  /** What S3 has answered, however: it bills nothing else. */
  readonly answered: number
  readonly failed: number
}

/** What the caches of this process have done in a length of time. */
export class Counts {
  fresh = 0
  stale = 0
  /** Nothing there, or nothing that may be served. */
  missed = 0
  readonly hitMs: Histogram = new Histogram()
  readonly missMs: Histogram = new Histogram()
  /** Requests to S3, by its name of the operation. */
  readonly requests: Map<string, RequestCounts> = new Map()
  readonly requestMs: Histogram = new Histogram()

  record(event: CacheEvent): void {
    switch (event.name) {
      case 'hit':
        if (event.freshness === 'expired') return this.#addMiss(event.durationMs)
        this[event.freshness]++
        return this.hitMs.add(event.durationMs)
      case 'miss':
        return this.#addMiss(event.durationMs)
      case 'request':
        this.#addRequests(event.operation, {
          sent: 1,
          answered: event.status === undefined ? 0 : 1,
          failed: event.isFailure ? 1 : 0,
        })
        return this.requestMs.add(event.durationMs)
      default:
    }
  }

  addAll(other: Counts): void {
    this.fresh += other.fresh
    this.stale += other.stale
    this.missed += other.missed
    this.hitMs.addAll(other.hitMs)
    this.missMs.addAll(other.missMs)
    for (const [operation, counts] of other.requests) this.#addRequests(operation, counts)
    this.requestMs.addAll(other.requestMs)
  }

  #addMiss(durationMs: number): void {
    this.missed++
    this.missMs.add(durationMs)
  }

  #addRequests(operation: string, { sent, answered, failed }: RequestCounts): void {
    const sum = this.requests.get(operation) ?? { sent: 0, answered: 0, failed: 0 }
    this.requests.set(operation, {
      sent: sum.sent + sent,
      answered: sum.answered + answered,
      failed: sum.failed + failed,
    })
  }
}

/** A length of time, told by its begin, in ms since the Unix epoch by this machine's clock. */
export interface Span {
  readonly at: number
  readonly counts: Counts
}

/** What was done in each of the last minutes. */
export class History {
  /** This machine's clock, in ms since the Unix epoch. */
  readonly now: () => number
  readonly #minutes = new Map<number, Counts>()
  /** When it began, in ms since the Unix epoch. */
  readonly since: number

  constructor(now: () => number) {
    this.now = now
    this.since = now()
  }

  record(event: CacheEvent): void {
    if (event.name !== 'hit' && event.name !== 'miss' && event.name !== 'request') return
    const minute = Math.floor(this.now() / MINUTE_MS)
    const counts = this.#minutes.get(minute) ?? new Counts()
    if (!this.#minutes.has(minute)) {
      this.#minutes.set(minute, counts)
      for (const old of this.#minutes.keys()) if (old <= minute - KEPT_MINUTES) this.#minutes.delete(old)
    }
    counts.record(event)
  }

  /** The last so many spans of so many minutes each, the oldest first; the last one is under way. */
  spans(count: number, minutesEach: number): Span[] {
    const last = Math.floor(this.now() / MINUTE_MS / minutesEach)
    return Array.from({ length: count }, (_, index) => {
      const first = (last - count + 1 + index) * minutesEach
      const counts = new Counts()
      for (let minute = first; minute < first + minutesEach; minute++) {
        const one = this.#minutes.get(minute)
        if (one !== undefined) counts.addAll(one)
      }
      return { at: first * MINUTE_MS, counts }
    })
  }
}

/**
 * That of this process, from the first call on. Events come in the async context of whoever asked the cache, where a
 * framework may have patched the clock.
 */
export const processHistory = (): History =>
  processWide('history', () => {
    const history = new History(() => outside(() => Date.now()))
    listen((event) => history.record(event))
    return history
  })
