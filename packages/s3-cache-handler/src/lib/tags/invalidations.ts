import type { Emit } from '../cache-events.ts'
import { asError } from '../errors.ts'
import type { Layout } from '../keys/layout.ts'
import { ObjectStoreError, type ObjectStoreErrorCode } from '../object-store/object-store-error.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import type { Runtime } from '../runtime.ts'
import type { StoreClock } from '../store-clock.ts'
import type { TagState } from '../tag-state.ts'
import { Batch } from './batch.ts'
import type { Marks, Subject } from './subjects.ts'
import type { TagLog } from './tag-log.ts'

const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 5000
/** While the store is not asked at all: as soon as it is back, others are to know. */
const PAUSED_RETRY_MS = 250
/** Before the process ends there is no time for more. */
const LONGEST_RETRY_AT_END_MS = 250

export interface InvalidationsParts {
  readonly log: TagLog
  readonly store: ObjectStore
  readonly layout: Pick<Layout, 'bell' | 'logObject'>
  readonly runtime: Pick<Runtime, 'sleep' | 'random' | 'id'>
  readonly clock: Pick<StoreClock, 'now' | 'correctionMs'>
  readonly emit: Emit
  /** How many of them may wait. */
  readonly maxEvents: number
}

/**
 * Invalidations on their way to the log. From the call on they hold here; they are acknowledged once every other
 * instance that looks will find them; until then they are kept and tried again.
 *
 * The order of the steps makes a stamp higher than all that was stored when the invalidation was called: a listing that
 * began after the call, then the stamp, then the object, then the bell.
 */
export class Invalidations {
  readonly #parts: InvalidationsParts
  #order = 0
  readonly #queued: Batch
  readonly #writing: Batch
  #isRunning = false
  /** Whether the last attempt showed that the store takes nothing for now. */
  #isHopeless = false
  #isEnding = false
  /** Ends the wait before the next attempt. */
  #hurry = (): void => {}
  #idle: (() => void)[] = []

  constructor(parts: InvalidationsParts) {
    this.#parts = parts
    this.#queued = new Batch(parts.clock, parts.maxEvents)
    this.#writing = new Batch(parts.clock, parts.maxEvents)
  }

  /** The place of a render that begins now among the invalidations that were called here. */
  get order(): number {
    return this.#order
  }

  /** How many subjects are not acknowledged yet; at least 1 until all are. */
  get size(): number {
    return this.#isRunning ? Math.max(1, this.#queued.size + this.#writing.size) : 0
  }

  /** What is on its way and concerns an entry with these marks. Its stamps are orders of calls. */
  matching(marks: Marks): TagState[] {
    return [...this.#queued.matching(marks), ...this.#writing.matching(marks)].map(({ state }) => state)
  }

  /**
   * Holds from now on, and is tried until it is stored and announced, when it resolves `true`; or `false` as soon as the
   * store is known not to take it, so that nobody waits for the end of an outage.
   * @param expireSeconds Absent, or no positive number: gone now. Else stale now and gone after so long; Infinity for never.
   */
  add(subjects: readonly Subject[], expireSeconds?: number): Promise<boolean> {
    if (subjects.length === 0) return Promise.resolve(true)
    this.#queued.add(subjects, ++this.#order, expireSeconds)
    if (this.#isHopeless) return Promise.resolve(false)
    const acknowledged = this.#queued.wait()
    if (!this.#isRunning) void this.#run()
    return acknowledged
  }

  /** Resolves when nothing is on its way, or after `timeoutMs`; tries more often meanwhile, and keeps the process alive. */
  async drain(timeoutMs: number): Promise<void> {
    if (!this.#isRunning) return
    this.#isEnding = true
    this.#hurry()
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs)
      this.#idle.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
    this.#isEnding = false
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#queued.size > 0) await this.#writeBatch()
    this.#isRunning = false
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  async #writeBatch(): Promise<void> {
    const { log, layout, runtime, clock, emit } = this.#parts
    await this.#insist(() => {
      // Whatever is called from here on was not before the listing.
      this.#writing.take(this.#queued)
      return log.catchUp()
    })
    const events = this.#writing.stamped(Math.max(clock.now(), Math.floor(log.known.highest) + 1))
    const logKey = layout.logObject(0, runtime.id())
    await this.#insist(() => log.append(logKey, events))
    this.#writing.clear()
    await this.#ring()
    this.#writing.answer(true)
    emit({ name: 'announced', subjects: events.size })
  }

  /**
   * Some stores allow one write a second to a key (R2: https://developers.cloudflare.com/r2/platform/limits/). A refused
   * ring is as good as done once the bell was seen to change: another ring came after our object.
   */
  async #ring(): Promise<void> {
    const { log, store, layout } = this.#parts
    let before: string | undefined
    await this.#insist(async () => {
      try {
        await log.ring()
      } catch (error) {
        const bell = await store.get(layout.bell).catch(() => undefined)
        const etag = bell === undefined ? undefined : bell.kind === 'found' ? bell.etag : 'absent'
        if (before !== undefined && etag !== undefined && etag !== 'absent' && etag !== before) return
        before ??= etag
        throw error
      }
    })
  }

  /**
   * Tries until it succeeds. Each failure is an event, but for those of a store that is not asked for now, which are told
   * once: an invalidation that is not stored is never a silent success.
   */
  async #insist(step: () => Promise<void>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await step()
        this.#isHopeless = false
        return
      } catch (error) {
        if (!isPaused(error) || !this.#isHopeless) {
          this.#parts.emit({ name: 'invalidation-failed', waiting: this.size, error: asError(error) })
        }
        this.#isHopeless = isHopeless(error)
        if (this.#isHopeless) for (const batch of [this.#writing, this.#queued]) batch.answer(false)
        await this.#backOff(isPaused(error) ? PAUSED_RETRY_MS : FIRST_RETRY_MS * 2 ** attempt)
      }
    }
  }

  async #backOff(untilMs: number): Promise<void> {
    const { runtime } = this.#parts
    const longestMs = this.#isEnding ? LONGEST_RETRY_AT_END_MS : LONGEST_RETRY_MS
    const waitMs = Math.min(untilMs, longestMs) * (0.5 + runtime.random() / 2)
    const hurried = new Promise<void>((resolve) => (this.#hurry = resolve))
    await Promise.race([runtime.sleep(waitMs), hurried])
  }
}

/** An outage that the breaker knows of, or a permission that is missing: neither is over in a moment. */
const isHopeless = (error: unknown): boolean => isPaused(error) || hasCode(error, 'ERR_OBJECT_STORE_DENIED')

const isPaused = (error: unknown): boolean => hasCode(error, 'ERR_OBJECT_STORE_PAUSED')

const hasCode = (error: unknown, code: ObjectStoreErrorCode): boolean =>
  error instanceof ObjectStoreError && error.code === code
