import { setTimeout as sleep } from 'node:timers/promises'
import { Random } from '../../packages/s3-cache-handler/test/simulation/random.ts'
import type { History } from './history.ts'
import type { Answer } from './ask-all.ts'
import type { Origin } from './origin.ts'
import { isAnnounced } from './shown-invalidations.ts'
import type { Instance } from './stage.ts'

const READERS = 8
const SLUGS = Array.from({ length: 12 }, (_, index) => `mixed-${index}`)
/** Reads between two invalidations. */
const READS_BETWEEN = [10, 60] as const
/** After the end of the load: the longest pause of the breaker, and an outage before it. */
const ACKNOWLEDGED_WITHIN_MS = 8000
const REMEMBERED = 20

export interface MixedLoadOptions {
  /** Those that run now. */
  readonly instances: () => readonly Instance[]
  readonly origin: Origin
  readonly history: History
  readonly seed: number
  /** In the paths of new pages, which no other load of the same fleet may have. */
  readonly name: string
  /** Takes every answer. */
  readonly onAnswer: (answer: Answer) => void
  /** Takes what an instance failed to answer, as one that was killed does. */
  readonly onFailure: (instance: Instance, error: unknown) => void
}

/** Reads and invalidates at random until it is stopped, and writes down what came of it. */
export class MixedLoad {
  readonly #options: MixedLoadOptions
  readonly #random: Random
  readonly #work: Promise<unknown>
  /** Instances whose last invalidation is not acknowledged: another one could not be told from it. */
  readonly #busy = new Set<Instance>()
  readonly #newest: string[] = []
  #isStopped = false
  /** Until when acknowledgments are waited for. */
  #waitsUntil = Infinity
  #fresh = 0
  #answers = 0

  constructor(options: MixedLoadOptions) {
    this.#options = options
    this.#random = new Random(options.seed)
    this.#work = Promise.all([this.#invalidateOn(), ...Array.from({ length: READERS }, () => this.#readOn())])
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#waitsUntil = performance.now() + ACKNOWLEDGED_WITHIN_MS
    await this.#work
  }

  /** The paths of the new pages that were asked for last, of which some may be on their way to the store. */
  get newest(): readonly string[] {
    return [...this.#newest]
  }

  /** Reads what may have been invalidated on one instance. */
  async readAll(instance: Instance): Promise<void> {
    for (const slug of SLUGS) await this.#read(instance, `/tagged/${slug}`)
  }

  async #readOn(): Promise<void> {
    while (!this.#isStopped) {
      const instance = this.#pick()
      // Nobody to ask at this moment.
      if (instance === undefined) await sleep(20)
      else await this.#read(instance, this.#anyPath())
    }
  }

  #anyPath(): string {
    // A tenth is rendered for the first time, and so written.
    return this.#random.chance(0.1) ? this.#freshPath() : `/tagged/${this.#slug()}`
  }

  #freshPath(): string {
    const number = this.#fresh++
    const slug = `${this.#options.name}-${number}`
    const path = number % 2 === 0 ? `/forever/new-${slug}` : `/bytes/large-${slug}`
    if (this.#newest.push(path) > REMEMBERED) this.#newest.shift()
    return path
  }

  async #read(instance: Instance, path: string): Promise<void> {
    const { history, onAnswer, onFailure } = this.#options
    const startedAt = performance.now()
    try {
      const answer = await instance.visit(path, { signal: AbortSignal.timeout(20_000) })
      const endedAt = performance.now()
      this.#answers++
      onAnswer({ ...answer, path, instance })
      const { hits, data } = answer
      const read = { instance: instance.name, startedAt, endedAt }
      if (hits !== undefined) history.reads.push({ ...read, key: path.slice(1), count: hits })
      if (data !== undefined) history.reads.push({ ...read, key: `data${path}`, count: data })
    } catch (error) {
      onFailure(instance, error)
    }
  }

  async #invalidateOn(): Promise<void> {
    const pending: Promise<void>[] = []
    for (let due = 0; !this.#isStopped; await sleep(5)) {
      const instance = this.#pick()
      if (this.#answers < due || instance === undefined || this.#busy.has(instance)) continue
      pending.push(this.#invalidate(instance))
      due = this.#answers + this.#random.int(...READS_BETWEEN)
    }
    await Promise.all(pending)
  }

  async #invalidate(instance: Instance): Promise<void> {
    const { origin, history, onFailure } = this.#options
    const slug = this.#slug()
    const keys = [`tagged/${slug}`, `data/tagged/${slug}`]
    this.#busy.add(instance)
    const from = instance.logs().length
    const calledAt = performance.now()
    const counts = keys.map((key) => origin.hits(key))
    let acknowledgedAt: number | undefined
    try {
      await instance.visit(`/api/invalidate?how=hard&subject=tag-${slug}`, { method: 'POST' })
      acknowledgedAt = await this.#acknowledged(instance, from)
    } catch (error) {
      onFailure(instance, error)
    }
    for (const [index, key] of keys.entries()) {
      history.invalidations.push({ key, calledAt, count: counts[index] ?? 0, acknowledgedAt })
    }
    this.#busy.delete(instance)
  }

  /** However late it comes; undefined where the instance is gone, or the load has ended long ago. */
  async #acknowledged(instance: Instance, from: number): Promise<number | undefined> {
    while (performance.now() < this.#waitsUntil && this.#options.instances().includes(instance)) {
      if (isAnnounced(instance, from)) return performance.now()
      await sleep(2)
    }
    return undefined
  }

  #pick(): Instance | undefined {
    const [first, ...more] = this.#options.instances()
    return first === undefined ? undefined : this.#random.pick([first, ...more])
  }

  #slug(): string {
    const [first = '', ...more] = SLUGS
    return this.#random.pick([first, ...more])
  }
}
