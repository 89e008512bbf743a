import type { Emit } from '../cache-events.ts'
import { onBehalfOf } from '../cause.ts'
import { asError } from '../errors.ts'
import { isDenial } from '../object-store/object-store-error.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import type { Runtime } from '../runtime.ts'
import { within } from '../within.ts'
import { SharedRun } from './shared-run.ts'
import type { TagLog } from './tag-log.ts'

/** An event whose writer died before it rang is found by a listing that nothing asked for. */
const LIST_ANYWAY_MS = 10 * 60_000
/** How long a check that failed is not repeated, so that a store that refuses is not asked by every request. */
const FAILED_PAUSE_MS = 250
/** The last part of `tagRefreshMs`, in which a check begins that no request waits for. */
const EARLY_PART = 1 / 64

export interface LogChecksParts {
  readonly log: TagLog
  readonly store: ObjectStore
  readonly bell: string
  readonly runtime: Pick<Runtime, 'wallMs' | 'monotonicMs' | 'sleep'>
  readonly emit: Emit
  /** How old the view behind an answer may be; 0: each answer has a check of its own. */
  readonly tagRefreshMs: number
  /** Longest that a request waits for a check. */
  readonly timeoutMs: number
}

/** By both clocks, because either may stand still or be set back. */
interface Moment {
  readonly wallMs: number
  readonly monotonicMs: number
}

/** One look at the log. */
interface Check {
  readonly began: Moment
  /** Whether a request has stopped waiting for it. */
  isLate: boolean
}

/** Stands for the ETag of a bell that is not there; no ETag is without quotes. */
const ABSENT = 'absent'
/** What a store without ETags gives: there every check has to list. */
const NO_ETAG = ''

/**
 * Keeps the view of the log recent, at the price of one conditional GET of the bell each `tagRefreshMs` while there are
 * requests, and none while there are not.
 */
export class LogChecks {
  readonly #parts: LogChecksParts
  readonly #checks = new SharedRun(() => this.#check())
  /** When the last check began that succeeded: the view may miss whatever came after. */
  #asOf: Moment | undefined
  #underWay: { readonly check: Check; readonly done: Promise<void> } | undefined
  #ring: string | undefined
  #listedAtMs = -Infinity
  #failedAtMs = -Infinity
  #isDenied = false

  constructor(parts: LogChecksParts) {
    this.#parts = parts
  }

  /** Whether the role may not read or list the log, so that what other instances invalidate cannot be seen. */
  get isDenied(): boolean {
    return this.#isDenied
  }

  /**
   * Makes sure that the view is recent enough for a request that arrives now; undefined if it is. Never rejects: when
   * the store fails or is slow, the request goes on with what is known.
   * @param maxAgeMs How old the view may be; 0: the check begins after the call.
   */
  refresh(maxAgeMs: number = this.#parts.tagRefreshMs): Promise<void> | undefined {
    const { tagRefreshMs, runtime } = this.#parts
    const ageMs = this.#ageMs(this.#asOf)
    if (ageMs < maxAgeMs) {
      if (ageMs >= maxAgeMs * (1 - EARLY_PART) && this.#underWay === undefined) void this.#checks.run()
      return undefined
    }
    // A permission that is missing comes back no sooner than the next look would have been.
    const pauseMs = this.#isDenied ? Math.max(FAILED_PAUSE_MS, tagRefreshMs) : FAILED_PAUSE_MS
    if (runtime.monotonicMs() - this.#failedAtMs < pauseMs) return undefined
    const isUseful = this.#ageMs(this.#underWay?.check.began) < maxAgeMs
    const check = (isUseful ? this.#underWay?.done : undefined) ?? this.#checks.run()
    return this.#waitFor(check)
  }

  async #waitFor(check: Promise<void>): Promise<void> {
    const { runtime, timeoutMs } = this.#parts
    const isDone = await within(
      { runtime, timeoutMs, late: false },
      check.then(() => true),
    )
    // Told at its end, which is bounded: once, however many have waited, and as a failure where it fails as well.
    if (!isDone && this.#underWay !== undefined) this.#underWay.check.isLate = true
  }

  #check(): Promise<void> {
    const { runtime } = this.#parts
    const check: Check = {
      began: { wallMs: runtime.wallMs(), monotonicMs: runtime.monotonicMs() },
      isLate: false,
    }
    // Whoever asks first: it is for all.
    const done = onBehalfOf(undefined, () => this.#look(check)).finally(() => (this.#underWay = undefined))
    this.#underWay = { check, done }
    return done
  }

  async #look(check: Check): Promise<void> {
    const { log, store, bell, emit, runtime } = this.#parts
    const { began } = check
    try {
      const hasEtag = this.#ring !== ABSENT && this.#ring !== NO_ETAG
      const ifNoneMatch = hasEtag ? this.#ring : undefined
      const answer = await store.get(bell, { ifNoneMatch, absentIfDenied: 'always' })
      const ring = answer.kind === 'not-modified' ? this.#ring : answer.kind === 'found' ? answer.etag : ABSENT
      // Deleted by hand, or never there: whatever was announced since, nobody could tell.
      const isLost = ring === ABSENT
      const isSilent = ring === NO_ETAG
      const isDue = began.monotonicMs - this.#listedAtMs >= LIST_ANYWAY_MS
      if (!log.isComplete || ring !== this.#ring || isLost || isSilent || isDue) {
        await log.catchUp()
        this.#listedAtMs = began.monotonicMs
      }
      const wasDenied = answer.kind === 'absent' && answer.wasDenied === true
      if (wasDenied) await this.#requireReadable()
      // Not before: what this ring announced would never be looked for if the listing had failed.
      this.#ring = ring
      this.#asOf = began
      this.#isDenied = false
      if (isLost && !wasDenied) log.ring().catch(() => {})
      if (check.isLate) emit({ name: 'refresh-failed', denied: false, error: this.#lateError() })
    } catch (error) {
      this.#failedAtMs = runtime.monotonicMs()
      this.#isDenied = isDenial(error)
      emit({ name: 'refresh-failed', error: asError(error), denied: this.#isDenied })
    }
  }

  #lateError(): Error {
    return new Error(`The tag log could not be looked at within ${this.#parts.timeoutMs} ms ("timeoutMs")`)
  }

  /** Whether the bell was never rung or must not be read is told by the first ring. */
  async #requireReadable(): Promise<void> {
    const { log, store, bell } = this.#parts
    // Once is enough: each ring has all instances list.
    const isRung =
      this.#isDenied ||
      (await log.ring().then(
        () => true,
        () => false,
      ))
    if (isRung) await store.get(bell)
  }

  #ageMs(moment: Moment | undefined): number {
    if (moment === undefined) return Infinity
    const { runtime } = this.#parts
    return Math.max(runtime.wallMs() - moment.wallMs, runtime.monotonicMs() - moment.monotonicMs)
  }
}
