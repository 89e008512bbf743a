import type { Runtime } from './runtime.ts'

/** By how much the clock of whoever tells when something was made may be ahead of the store's. */
export const CLOCK_BOUND_MS: number = 5 * 60_000

/** How long before and after the answer was made its `Date` may lie: it has whole seconds, cut off. */
const DATE_STEP_MS = 1000

/**
 * The store's time, from the `Date` of its answers. Each says that the store's clock stood between it and a second later
 * at some moment between sending and receiving; what many answers agree on is much narrower. The clocks of instances
 * differ, and are set; this one they share.
 */
export class StoreClock {
  readonly #runtime: Pick<Runtime, 'wallMs' | 'monotonicMs'>
  /** The store's time less our monotonic time: the interval that the answers agree on, and the estimate. */
  #low = -Infinity
  #high = Infinity
  #offset: number | undefined
  /** The estimate before the first answer: the wall clock's as it stood at the start. */
  readonly #guess: number
  #correctionMs: number | undefined

  constructor(runtime: Pick<Runtime, 'wallMs' | 'monotonicMs'>) {
    this.#runtime = runtime
    this.#guess = runtime.wallMs() - runtime.monotonicMs()
  }

  /** Takes in an answer's `Date`. When it was sent and received is in our monotonic time. */
  observe(date: number, sentMs: number, receivedMs: number): void {
    const low = date - receivedMs
    const high = date + DATE_STEP_MS - sentMs
    this.#low = Math.max(this.#low, low)
    this.#high = Math.min(this.#high, high)
    if (this.#low > this.#high) {
      // One of the clocks was set, drifted, or stood still: what earlier answers said no longer holds.
      this.#low = low
      this.#high = high
      this.#offset = undefined
    }
    // Most wall clocks are right. One that is not is moved just into what the answers agree on.
    const start = this.#offset ?? this.#runtime.wallMs() - this.#runtime.monotonicMs()
    this.#offset = Math.min(Math.max(start, this.#low), this.#high)
    this.#correctionMs ??= Math.floor(this.#offset - this.#guess)
  }

  /** In ms since the Unix epoch, whole. Before the first answer what the wall clock at the start makes of it. */
  now(): number {
    return Math.floor(this.#runtime.monotonicMs() + (this.#offset ?? this.#guess))
  }

  /** How far off `now` was before the first answer, in ms: its times are to be moved by so much. Undefined until then. */
  get correctionMs(): number | undefined {
    return this.#correctionMs
  }

  /** By how much the wall clock is ahead of the store's, in ms. */
  get skewMs(): number {
    return this.#runtime.wallMs() - this.now()
  }
}
