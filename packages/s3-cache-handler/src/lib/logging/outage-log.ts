import type { CacheEvent } from '../cache-events.ts'
import type { EventLogger } from './leveled-logger.ts'

/** Between two lines about the same kind of failure, in ms. */
const LINE_INTERVAL_MS = 60_000
const SECOND_MS = 1000

type Outage =
  | { readonly kind: 'none' }
  | Failing
  /** Over, but too short ago for another line about its begin. */
  | { readonly kind: 'quiet'; readonly lastLineAt: number }

interface Failing {
  readonly kind: 'failing'
  readonly since: number
  readonly lastLineAt: number
  readonly lastFailureAt: number
  readonly failures: number
}

/**
 * One line when a kind of failure begins, one every minute with the count while it lasts, one when it ends; and no more
 * than these if it comes and goes. So an outage costs a few lines, not one a request.
 */
export class OutageLog {
  readonly #logger: Pick<EventLogger, 'error' | 'info'>
  readonly #now: () => number
  readonly #outages = new Map<string, Outage>()

  constructor(logger: Pick<EventLogger, 'error' | 'info'>, now: () => number = () => performance.now()) {
    this.#logger = logger
    this.#now = now
  }

  /** @param event What the line is about. */
  failed(what: string, message: string, event?: CacheEvent): void {
    const now = this.#now()
    const outage = this.#outages.get(what) ?? { kind: 'none' }
    // Not every kind of failure has a success that would end it: after a minute without any, it was another outage.
    if (outage.kind === 'failing' && now - outage.lastFailureAt < LINE_INTERVAL_MS) {
      const failures = outage.failures + 1
      const failing = { ...outage, failures, lastFailureAt: now }
      this.#outages.set(what, this.#again(what, message, failing, event))
    } else if (outage.kind === 'none' || now - outage.lastLineAt >= LINE_INTERVAL_MS) {
      this.#tell('error', message, event)
      this.#outages.set(what, { kind: 'failing', since: now, lastLineAt: now, lastFailureAt: now, failures: 1 })
    }
  }

  recovered(what: string, event?: CacheEvent): void {
    const outage = this.#outages.get(what)
    if (outage?.kind !== 'failing') return
    const seconds = Math.round((this.#now() - outage.since) / SECOND_MS)
    this.#tell('info', `${what} works again, after ${seconds} s and ${count(outage.failures)}`, event)
    this.#outages.set(what, { kind: 'quiet', lastLineAt: outage.lastLineAt })
  }

  #again(what: string, message: string, outage: Failing, event: CacheEvent | undefined): Outage {
    const { since, lastLineAt, lastFailureAt: now, failures } = outage
    if (now - lastLineAt < LINE_INTERVAL_MS) return outage
    const seconds = Math.round((now - since) / SECOND_MS)
    this.#tell('error', `${what} has failed for ${seconds} s, ${count(failures)}; last: ${message}`, event)
    return { ...outage, lastLineAt: now }
  }

  /** The console would print what it is given, undefined too. */
  #tell(level: 'error' | 'info', line: string, event: CacheEvent | undefined): void {
    if (event === undefined) this.#logger[level](line)
    else this.#logger[level](line, event)
  }
}

const count = (failures: number): string => `${failures} failure${failures === 1 ? '' : 's'}`
