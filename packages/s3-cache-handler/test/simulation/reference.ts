import type { Cell } from './pages.ts'

/** Clocks of writer and reader are estimated to a second each, from answers that take a while. */
const DEADLINE_TOLERANCE_MS = 3000

/** The state of the data that a value was made from. */
export type Versions = Readonly<Partial<Record<Cell, number>>>

/** One invalidation, as its caller sees it. All times are real ones. */
export interface Demand {
  readonly id: number
  readonly what: string
  /** Data older than this must go. */
  readonly versions: Versions
  /** The process that was called. */
  readonly by: string
  readonly calledAt: number
  /** Absent while it is not acknowledged; it may never be. */
  acknowledgedAt?: number
  /** When what it makes stale must be gone; absent for "at once", Infinity for never. */
  readonly deadline?: number
}

/** What a visitor got from the cache. */
export interface Answer {
  readonly page: string
  readonly by: string
  readonly bootedAt: number
  readonly arrivedAt: number
  readonly freshness: 'fresh' | 'stale' | 'expired'
  readonly versions: Versions
  /** Whether the store answered this process lately: the bound holds only then. */
  readonly isBound: boolean
}

/**
 * What every answer must be: a flat list of invalidations, scanned for each. It knows nothing of logs, bells, stamps or
 * clocks, and imports nothing of the package.
 */
export class Reference {
  readonly #tagRefreshMs: number
  readonly #demands: Demand[] = []

  constructor(tagRefreshMs: number) {
    this.#tagRefreshMs = tagRefreshMs
  }

  demand(what: Omit<Demand, 'id'>): Demand {
    const demand = { ...what, id: this.#demands.length + 1 }
    this.#demands.push(demand)
    return demand
  }

  get demands(): readonly Demand[] {
    return this.#demands
  }

  /** What is wrong with an answer. */
  findFault(answer: Answer): string | undefined {
    const demand = this.#demands.find((one) => this.#isBroken(one, answer))
    if (demand === undefined) return undefined
    const { what, id, acknowledgedAt, calledAt, by } = demand
    return (
      `${answer.page} ${JSON.stringify(answer.versions)} was served as ${answer.freshness} by ${answer.by} to a request of ` +
      `${answer.arrivedAt}, in spite of #${id} ${what} ${JSON.stringify(demand.versions)}, called on ${by} at ${calledAt}, ` +
      `acknowledged at ${acknowledgedAt ?? 'no time'}`
    )
  }

  #isBroken(demand: Demand, answer: Answer): boolean {
    if (!isOlder(answer.versions, demand.versions) || !this.#mustHold(demand, answer)) return false
    if (answer.freshness === 'fresh' || demand.deadline === undefined) return true
    return answer.arrivedAt >= demand.deadline + DEADLINE_TOLERANCE_MS
  }

  /**
   * On the instance that was called, from the call on. Elsewhere `tagRefreshMs` after the acknowledgment, while the
   * store answers; and in a process that started after the acknowledgment, always.
   */
  #mustHold({ by, calledAt, acknowledgedAt = Infinity }: Demand, answer: Answer): boolean {
    if (answer.by === by && calledAt < answer.arrivedAt) return true
    if (acknowledgedAt < answer.bootedAt) return true
    return answer.isBound && acknowledgedAt < answer.arrivedAt - this.#tagRefreshMs
  }
}

const isOlder = (some: Versions, than: Versions): boolean =>
  Object.entries(than).some(([cell, version]) => (some[cell as Cell] ?? Infinity) < version)
