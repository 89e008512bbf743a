import type { Runtime } from '../../src/lib/runtime.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'

/** What the store's clock says when a schedule begins, in ms since the Unix epoch. */
export const EPOCH = 1_800_000_000_000

/**
 * A machine and the one process on it: its clocks, and whether its code runs. What was to happen on a frozen machine
 * happens when it thaws; on a crashed one, never.
 */
export class Machine {
  readonly name: string
  readonly bootedAt: number
  readonly runtime: Runtime
  readonly #scheduler: Scheduler
  readonly #monotonicStart: number
  #skewMs: number
  #stoodStillMs = 0
  #frozenUntil = -Infinity
  #isCrashed = false

  constructor(name: string, skewMs: number, scheduler: Scheduler, random: Random) {
    this.name = name
    this.#scheduler = scheduler
    this.#skewMs = skewMs
    this.#monotonicStart = random.int(0, 1_000_000)
    this.bootedAt = scheduler.now
    this.runtime = {
      wallMs: () => EPOCH + scheduler.now + this.#skewMs,
      monotonicMs: () => this.#monotonicStart + scheduler.now - this.#stoodStillMs,
      sleep: (ms) => this.sleep(ms),
      random: () => random.next(),
      id: () => random.id(),
    }
  }

  get isCrashed(): boolean {
    return this.#isCrashed
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.#scheduler.after(ms, () => this.deliver(resolve)))
  }

  /** Lets code of this machine go on. */
  deliver(run: () => void): void {
    if (this.#isCrashed) return
    if (this.#scheduler.now < this.#frozenUntil) this.#scheduler.at(this.#frozenUntil, () => this.deliver(run))
    else run()
  }

  crash(): void {
    this.#isCrashed = true
  }

  /** @param standsStill Whether the monotonic clock does, as that of a suspended virtual machine. */
  freeze(ms: number, standsStill: boolean): void {
    const until = this.#scheduler.now + ms
    if (until <= this.#frozenUntil) return
    if (standsStill) this.#stoodStillMs += until - Math.max(this.#scheduler.now, this.#frozenUntil)
    this.#frozenUntil = until
  }

  /** Somebody sets the wall clock. */
  stepClock(ms: number): void {
    this.#skewMs += ms
  }
}
