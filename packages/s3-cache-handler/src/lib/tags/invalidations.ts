import type { Emit } from '../cache-events.ts'
import { asError } from '../errors.ts'
import type { Layout } from '../keys/layout.ts'
import { ObjectStoreError } from '../object-store/object-store-error.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import type { Runtime } from '../runtime.ts'
import { NO_EVENTS, roundedDeadline, type TagState } from '../tag-state.ts'
import type { Marks, Subject } from './subjects.ts'
import { TagFold } from './tag-fold.ts'
import type { TagLog } from './tag-log.ts'

const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 5000

export interface InvalidationsParts {
  readonly log: TagLog
  readonly store: ObjectStore
  readonly layout: Pick<Layout, 'bell' | 'logObject'>
  readonly runtime: Pick<Runtime, 'sleep' | 'random' | 'id'>
  /** The store's time, in ms since the Unix epoch. */
  readonly now: () => number
  readonly emit: Emit
}

interface Batch {
  /** Folded by the order of the calls, for there is no stamp yet. */
  readonly events: TagFold
  readonly waiters: ((isAcknowledged: boolean) => void)[]
}

/**
 * Invalidations on their way to the log. From the call on they hold here; they are acknowledged once every other
 * instance that looks will find them; until then they are kept and tried again.
 *
 * The order of the steps is what makes a stamp higher than all that was stored when the invalidation was called: a
 * listing that began after the call, then the stamp, then the object, then the bell.
 */
export class Invalidations {
  readonly #parts: InvalidationsParts
  #order = 0
  #queued = emptyBatch()
  #writing = emptyBatch()
  #isRunning = false
  #idle: (() => void)[] = []

  constructor(parts: InvalidationsParts) {
    this.#parts = parts
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
    return [...this.#queued.events.matching(marks), ...this.#writing.events.matching(marks)]
  }

  /**
   * Holds from now on, and is tried until it is stored and announced, when it resolves `true`; or `false` as soon as the
   * store is known not to answer, so that nobody waits for the end of an outage.
   * @param expireSeconds Absent, or 0: gone now. Else stale now and gone after so long; Infinity for never.
   */
  add(subjects: readonly Subject[], expireSeconds?: number): Promise<boolean> {
    if (subjects.length === 0) return Promise.resolve(true)
    const now = this.#parts.now()
    const state = toState(++this.#order, now, expireSeconds)
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
    const { log, layout, runtime, now } = this.#parts
    await this.#insist(() => {
      // Whatever is called from here on was not before the listing.
      this.#take()
      return log.catchUp()
    })
    const events = stamped(this.#writing.events, Math.max(now(), log.known.highest + 1))
    const logKey = layout.logObject(0, runtime.id())
    await this.#insist(() => log.append(logKey, events))
    // Known with its stamp from now on.
    this.#writing = { ...this.#writing, events: new TagFold() }
    await this.#ring()
    this.#answer(this.#writing, true)
  }

  #take(): void {
    this.#writing.events.addAll(this.#queued.events, this.#parts.now())
    this.#writing.waiters.push(...this.#queued.waiters)
    this.#queued = emptyBatch()
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

const emptyBatch = (): Batch => ({ events: new TagFold(), waiters: [] })

const isPaused = (error: unknown): boolean =>
  error instanceof ObjectStoreError && error.code === 'ERR_OBJECT_STORE_PAUSED'

function toState(at: number, now: number, expireSeconds: number | undefined): TagState {
  if (expireSeconds === undefined || expireSeconds <= 0) return { ...NO_EVENTS, hardAt: at }
  return { ...NO_EVENTS, soft: [{ at, deadline: roundedDeadline(now, expireSeconds) }] }
}

/** The same events, all with this stamp. */
function stamped(events: TagFold, at: number): TagFold {
  const result = new TagFold()
  for (const [subject, { hardAt, soft }] of events) {
    const hard = hardAt === -Infinity ? hardAt : at
    result.add(subject, { hardAt: hard, soft: soft.map(({ deadline }) => ({ at, deadline })) }, -Infinity)
  }
  return result
}
