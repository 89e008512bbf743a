import type { Emit } from '../cache-events.ts'
import { asError } from '../errors.ts'
import type { Layout } from '../keys/layout.ts'
import { ObjectStoreError } from '../object-store/object-store-error.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import type { Runtime } from '../runtime.ts'
import type { StoreClock } from '../store-clock.ts'
import { NO_EVENTS, roundedDeadline, type SoftEvent, type TagState } from '../tag-state.ts'
import type { Marks, Subject } from './subjects.ts'
import { TagFold } from './tag-fold.ts'
import type { TagLog } from './tag-log.ts'

const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 5000
/** How far apart two that were stamped alike are stamped anew. */
const OUTSTAMP_MS = 8

export interface InvalidationsParts {
  readonly log: TagLog
  readonly store: ObjectStore
  readonly layout: Pick<Layout, 'bell' | 'logObject'>
  readonly runtime: Pick<Runtime, 'sleep' | 'random' | 'id'>
  readonly clock: Pick<StoreClock, 'now' | 'correctionMs'>
  readonly emit: Emit
}

interface Batch {
  /** Folded by the order of the calls, for there is no stamp yet. */
  readonly events: TagFold
  /** Whether deadlines count from a guess, because the store had not told its time. */
  readonly isGuessed: boolean
  readonly waiters: ((isAcknowledged: boolean) => void)[]
}

/**
 * Invalidations on their way to the log. From the call on they hold here; they are acknowledged once every other
 * instance that looks will find them; until then they are kept and tried again.
 *
 * The steps are the object, a listing, and the bell. The listing is what makes the stamp higher than all that was stored
 * when the invalidation was called, and any render's `seen` that reaches it a proof that the event was known.
 */
export class Invalidations {
  readonly #parts: InvalidationsParts
  #order = 0
  #queued: Batch
  #writing: Batch
  #isRunning = false
  #idle: (() => void)[] = []

  constructor(parts: InvalidationsParts) {
    this.#parts = parts
    this.#queued = this.#emptyBatch()
    this.#writing = this.#emptyBatch()
  }

  /** The place of a render that begins now among the invalidations that were called here. */
  get order(): number {
    return this.#order
  }

  /** How many subjects are not acknowledged yet; at least 1 until all are. */
  get size(): number {
    return this.#isRunning ? Math.max(1, this.#queued.events.size + this.#writing.events.size) : 0
  }

  /** What is on its way and concerns an entry with these marks. Its stamps are orders of calls. */
  matching(marks: Marks): TagState[] {
    this.#queued = this.#corrected(this.#queued)
    this.#writing = this.#corrected(this.#writing)
    return [...this.#queued.events.matching(marks), ...this.#writing.events.matching(marks)]
  }

  /**
   * Holds from now on, and is tried until it is stored and announced, when it resolves `true`; or `false` as soon as the
   * store is known not to answer, so that nobody waits for the end of an outage.
   * @param expireSeconds Absent, or 0: gone now. Else stale now and gone after so long; Infinity for never.
   */
  add(subjects: readonly Subject[], expireSeconds?: number): Promise<boolean> {
    if (subjects.length === 0) return Promise.resolve(true)
    const now = this.#parts.clock.now()
    const state = toState(++this.#order, now, expireSeconds)
    this.#queued = this.#corrected(this.#queued)
    for (const subject of subjects) this.#queued.events.add(subject, state, now)
    const acknowledged = new Promise<boolean>((resolve) => this.#queued.waiters.push(resolve))
    if (!this.#isRunning) void this.#run()
    return acknowledged
  }

  /** Resolves when nothing is on its way, or after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    if (!this.#isRunning) return
    await Promise.race([new Promise<void>((resolve) => this.#idle.push(resolve)), this.#parts.runtime.sleep(timeoutMs)])
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#queued.events.size > 0) await this.#writeBatch()
    this.#isRunning = false
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  async #writeBatch(): Promise<void> {
    const { log } = this.#parts
    // Before the first listing neither the stamps nor the store's time are known.
    if (!log.isComplete) await this.#insist(() => log.catchUp())
    this.#take()
    await this.#storeOutstamping()
    // Known with its stamp from now on.
    this.#writing = { ...this.#writing, events: new TagFold() }
    await this.#ring()
    this.#answer(this.#writing, true)
  }

  /**
   * Stores the batch with a stamp above all others that a listing finds which begins when it is stored; with a higher one
   * again if there are. So whoever has seen as high a stamp got it from an object that came later, by a listing that found
   * ours, too.
   */
  async #storeOutstamping(): Promise<void> {
    const { log, layout, runtime, clock } = this.#parts
    const own = new Set<string>()
    let at: number
    do {
      this.#take()
      // Two who meet again and again must not choose the same. None the first time.
      const distance = Math.floor(runtime.random() * own.size * OUTSTAMP_MS)
      at = Math.max(clock.now(), Math.floor(log.known.highest) + 1) + distance
      const logKey = layout.logObject(0, runtime.id())
      own.add(logKey)
      const events = stamped(this.#writing.events, at)
      await this.#insist(() => log.append(logKey, events))
      await this.#insist(() => log.catchUp())
    } while (log.highestBesides(own) >= at)
  }

  #take(): void {
    const [writing, queued] = [this.#corrected(this.#writing), this.#corrected(this.#queued)]
    writing.events.addAll(queued.events, this.#parts.clock.now())
    this.#writing = { ...queued, events: writing.events, waiters: [...writing.waiters, ...queued.waiters] }
    this.#queued = this.#emptyBatch()
  }

  /** With deadlines by the store's time, once that is known: a wall clock that is fast would set them too late. */
  #corrected(batch: Batch): Batch {
    const { correctionMs } = this.#parts.clock
    if (!batch.isGuessed || correctionMs === undefined) return batch
    const move = ({ at, deadline }: SoftEvent): SoftEvent => ({ at, deadline: deadline + correctionMs })
    return {
      ...batch,
      isGuessed: false,
      events: batch.events.map((state) => ({ ...state, soft: state.soft.map(move) })),
    }
  }

  #emptyBatch(): Batch {
    return { events: new TagFold(), isGuessed: this.#parts.clock.correctionMs === undefined, waiters: [] }
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

  #answer({ waiters }: Batch, isAcknowledged: boolean): void {
    for (const resolve of waiters.splice(0)) resolve(isAcknowledged)
  }

  /** Tries until it succeeds. Each failure is an event: an invalidation that is not stored is never a silent success. */
  async #insist(step: () => Promise<void>): Promise<void> {
    const { emit, runtime } = this.#parts
    for (let attempt = 0; ; attempt++) {
      try {
        return await step()
      } catch (error) {
        emit({ name: 'invalidation-failed', waiting: this.size, error: asError(error) })
        if (isPaused(error)) for (const batch of [this.#writing, this.#queued]) this.#answer(batch, false)
        const longestMs = Math.min(FIRST_RETRY_MS * 2 ** attempt, LONGEST_RETRY_MS)
        await runtime.sleep(longestMs * (0.5 + runtime.random() / 2))
      }
    }
  }
}

const isPaused = (error: unknown): boolean =>
  error instanceof ObjectStoreError && error.code === 'ERR_OBJECT_STORE_PAUSED'

function toState(at: number, now: number, expireSeconds: number | undefined): TagState {
  if (expireSeconds === undefined || expireSeconds <= 0) return { ...NO_EVENTS, hardAt: at }
  return { ...NO_EVENTS, soft: [{ at, deadline: roundedDeadline(now, expireSeconds) }] }
}

/** The same events, all with this stamp. */
const stamped = (events: TagFold, at: number): TagFold =>
  events.map(({ hardAt, soft }) => ({
    hardAt: hardAt === -Infinity ? hardAt : at,
    soft: soft.map(({ deadline }) => ({ at, deadline })),
  }))
