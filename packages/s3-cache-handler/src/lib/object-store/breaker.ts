import { onBehalfOf } from '../cause.ts'
import { ObjectStoreError } from './object-store-error.ts'
import { intercept, type StoreCall } from './intercept.ts'
import type { ObjectOperation, ObjectStore } from './object-store.ts'

export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly failures: number
  /** The first wait before the store is tried again, in ms; it doubles while trials fail, from one's start to the next's. */
  readonly firstWaitMs: number
  /** The longest such wait, in ms: a store that works again is found after so long at the latest. */
  readonly maxWaitMs: number
  /** A cheap read that tells whether the store answers. It runs by itself, in the background: no request waits for a trial. */
  readonly probe: () => Promise<unknown>
  /** Monotonic clock, in ms. @default performance.now */
  readonly now?: () => number
  /** Runs something after so many ms. @default a timer that does not keep the process alive */
  readonly later?: (run: () => void, waitMs: number) => void
}

/** By the clock that `until` is read from. */
const TIMER_IS_EARLY_MS = 5

type State =
  | { readonly kind: 'closed'; readonly failures: number; readonly succeededAt: number }
  | { readonly kind: 'open'; readonly until: number; readonly waitMs: number; readonly cause: ObjectStoreError }
  | { readonly kind: 'trying'; readonly waitMs: number; readonly cause: ObjectStoreError }

/**
 * Stops asking a store that does not work, so that an outage costs about nothing: once open, calls reject at once with
 * `ERR_OBJECT_STORE_PAUSED`. A call that timed out opens it alone, unless another succeeded meanwhile: a store that
 * hangs would else cost every request its whole deadline, over and over. Reads and writes are judged apart, because
 * a role may allow only one of them.
 */
export function withBreaker(store: ObjectStore, options: BreakerOptions): ObjectStore {
  const reads = new Breaker(options, options.probe)
  const writes = new Breaker(options, undefined)
  return intercept(store, (call, run) => (isRead(call.operation) ? reads : writes).run(call, () => run(call.signal)))
}

const isRead = (operation: ObjectOperation): boolean =>
  operation === 'get' || operation === 'head' || operation === 'list'

class Breaker {
  readonly #options: BreakerOptions
  /** Absent for writes: there the next write is the trial, and nobody waits for a write. */
  readonly #probe: (() => Promise<unknown>) | undefined
  readonly #now: () => number
  #state: State

  constructor(options: BreakerOptions, probe: (() => Promise<unknown>) | undefined) {
    this.#options = options
    this.#probe = probe
    this.#now = options.now ?? (() => performance.now())
    this.#state = { kind: 'closed', failures: 0, succeededAt: -Infinity }
  }

  run<T>(call: StoreCall, operation: () => Promise<T>): Promise<T> {
    const state = this.#state
    if (state.kind === 'closed') return this.#observe(operation)
    if (this.#probe !== undefined) this.#tryIfDue(this.#probe)
    else if (this.#takeTrial()) return this.#observe(operation, true)
    return Promise.reject(
      new ObjectStoreError('ERR_OBJECT_STORE_PAUSED', `was not tried: ${state.cause.message}`, {
        operation: call.operation,
        key: call.key,
        cause: state.cause,
      }),
    )
  }

  #tryIfDue(probe: () => Promise<unknown>): void {
    // For all, whoever opened it or asks now; and so is every trial that follows from this one.
    if (this.#takeTrial()) onBehalfOf(undefined, () => this.#observe(probe, true)).catch(() => {})
  }

  /** Whether a trial is due, and the caller's to make. */
  #takeTrial(): boolean {
    const state = this.#state
    if (state.kind !== 'open' || this.#now() < state.until) return false
    this.#state = { kind: 'trying', waitMs: state.waitMs, cause: state.cause }
    return true
  }

  async #observe<T>(operation: () => Promise<T>, isTrial = false): Promise<T> {
    const startedAt = this.#now()
    try {
      const result = await operation()
      this.#succeeded()
      return result
    } catch (error) {
      if (error instanceof ObjectStoreError && error.isOutage) this.#failed(error, startedAt, isTrial)
      else if (error instanceof ObjectStoreError && error.code === 'ERR_OBJECT_STORE_ABORTED') this.#gaveUp(isTrial)
      else this.#succeeded()
      throw error
    }
  }

  #succeeded(): void {
    this.#state = { kind: 'closed', failures: 0, succeededAt: this.#now() }
  }

  /** The caller gave the call up, which tells nothing about the store: a trial is left to the next call. */
  #gaveUp(isTrial: boolean): void {
    if (isTrial && this.#state.kind === 'trying') this.#state = { ...this.#state, kind: 'open', until: this.#now() }
  }

  #failed(cause: ObjectStoreError, startedAt: number, isTrial: boolean): void {
    const state = this.#state
    if (state.kind !== 'closed') {
      // Of the calls that began before it opened, many may fail meanwhile. Only the trial lengthens the wait.
      if (!isTrial || state.kind !== 'trying') return
      // From its start: a trial that hung from just before the store came back is not waited for as well.
      this.#open(cause, Math.min(state.waitMs * 2, this.#options.maxWaitMs), startedAt)
      return
    }
    const failures = state.failures + 1
    const isHang = cause.code === 'ERR_OBJECT_STORE_TIMEOUT' && state.succeededAt < startedAt
    if (isHang || failures >= this.#options.failures) this.#open(cause, this.#options.firstWaitMs, this.#now())
    else this.#state = { ...state, failures }
  }

  #open(cause: ObjectStoreError, waitMs: number, since: number): void {
    const until = since + waitMs
    this.#state = { kind: 'open', until, waitMs, cause }
    const probe = this.#probe
    if (probe === undefined) return
    // Also where nobody asks meanwhile: whoever comes first after an outage is to find the store, and what was invalidated.
    const later = this.#options.later ?? runLater
    later(() => this.#tryIfDue(probe), Math.max(until - this.#now(), 0) + TIMER_IS_EARLY_MS)
  }
}

const runLater = (run: () => void, waitMs: number): void => void setTimeout(run, waitMs).unref()
