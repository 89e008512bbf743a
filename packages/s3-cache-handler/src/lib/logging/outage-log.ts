import type { Logger } from '../options/options.ts'

/** Between two lines about the same kind of failure, in ms. */
const LINE_INTERVAL_MS = 60_000
const SECOND_MS = 1000

type Outage =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'failing'
      readonly since: number
      readonly lastLineAt: number
      readonly lastFailureAt: number
      readonly failures: number
    }
  /** Over, but too short ago for another line about its begin. */
  | { readonly kind: 'quiet'; readonly lastLineAt: number }

/**
 * One line when a kind of failure begins, one every minute with the count while it lasts, one when it ends; and no more
 * than these if it comes and goes. So an outage costs a few lines, not one a request.
 */
export class OutageLog {
  readonly #logger: Pick<Logger, 'error' | 'info'>
  readonly #now: () => number
  readonly #outages = new Map<string, Outage>()

  constructor(logger: Pick<Logger, 'error' | 'info'>, now: () => number = () => performance.now()) {
    this.#logger = logger
    this.#now = now
  }

  failed(what: string, message: string): void {
    const now = this.#now()
    const outage = this.#outages.get(what) ?? { kind: 'none' }
    // Not every kind of failure has a success that would end it: after a minute without any, it was another outage.
    if (outage.kind === 'failing' && now - outage.lastFailureAt < LINE_INTERVAL_MS) {
      const failures = outage.failures + 1
      this.#outages.set(what, this.#again(what, message, { ...outage, failures, lastFailureAt: now }, now))
    } else if (outage.kind === 'none' || now - outage.lastLineAt >= LINE_INTERVAL_MS) {
      this.#logger.error(message)
      this.#outages.set(what, { kind: 'failing', since: now, lastLineAt: now, lastFailureAt: now, failures: 1 })
    }
  }

  recovered(what: string): void {
    const outage = this.#outages.get(what)
    if (outage?.kind !== 'failing') return
    const seconds = Math.round((this.#now() - outage.since) / SECOND_MS)
    this.#logger.info(`${what} works again, after ${seconds} s and ${count(outage.failures)}`)
    this.#outages.set(what, { kind: 'quiet', lastLineAt: outage.lastLineAt })
  }

  #again(what: string, message: string, outage: Extract<Outage, { kind: 'failing' }>, now: number): Outage {
    if (now - outage.lastLineAt < LINE_INTERVAL_MS) return outage
    const seconds = Math.round((now - outage.since) / SECOND_MS)
    this.#logger.error(`${what} has failed for ${seconds} s, ${count(outage.failures)}; last: ${message}`)
    return { ...outage, lastLineAt: now }
  }
}

const count = (failures: number): string => `${failures} failure${failures === 1 ? '' : 's'}`
