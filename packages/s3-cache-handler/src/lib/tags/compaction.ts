import { createHash } from 'node:crypto'
import type { Emit } from '../cache-events.ts'
import { asError } from '../errors.ts'
import { generationOf, type Layout } from '../keys/layout.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import type { Runtime } from '../runtime.ts'
import { boundEvents, stampAbove } from './bound-events.ts'
import { listAll } from './list-all.ts'
import { pruneEvents } from './prune-events.ts'
import { TagFold } from './tag-fold.ts'
import type { TagLog } from './tag-log.ts'

/** More objects than these in one generation are merged. */
const MAX_OBJECTS = 16
/** Instances that see the same wait for different times, and the first does it. */
const LONGEST_WAIT_MS = 10_000
const PAUSE_AFTER_FAILURE_MS = 10 * 60_000

export interface CompactionParts {
  readonly log: TagLog
  readonly store: ObjectStore
  readonly layout: Layout
  readonly runtime: Pick<Runtime, 'sleep' | 'random'>
  /** The store's time, in ms since the Unix epoch. */
  readonly now: () => number
  readonly emit: Emit
  /** Older events are replaced by one clear. */
  readonly maxEntryAgeMs: number
  /** How many events one object holds. */
  readonly maxEvents: number
}

/** Keeps the log short, so that an instance that starts reads tens of objects and not one for each invalidation. */
export class Compaction {
  readonly #parts: CompactionParts
  #isPlanned = false
  /** Inputs that are still there: a role that may not delete them must not merge them again. */
  #merged: readonly string[] = []

  constructor(parts: CompactionParts) {
    this.#parts = parts
  }

  /** Plans a compaction where one is due. Never rejects: what fails is an event, and left to the next. */
  consider(logKeys: readonly string[]): void {
    const generation = this.#dueGeneration(logKeys)
    if (generation === undefined || this.#isPlanned) return
    this.#isPlanned = true
    void this.#compactLater()
  }

  async #compactLater(): Promise<void> {
    const { log, store, layout, runtime, emit } = this.#parts
    try {
      await runtime.sleep(runtime.random() * LONGEST_WAIT_MS)
      await this.#delete(this.#merged)
      const logKeys = (await listAll(store, layout.log)).filter((logKey) => !log.isUndecodable(logKey))
      const generation = this.#dueGeneration(logKeys)
      if (generation !== undefined) await this.#compact(logKeys, generation)
    } catch (error) {
      emit({ name: 'compaction-failed', error: asError(error) })
      // A role that may not delete would make the log longer with each attempt.
      await runtime.sleep(PAUSE_AFTER_FAILURE_MS)
    } finally {
      this.#isPlanned = false
    }
  }

  /**
   * Merges the objects of a generation into one of the next, whose key sorts behind them: so that a listing, which comes
   * in the order of the keys, meets the inputs or the result, and never neither.
   */
  async #compact(logKeys: readonly string[], generation: number): Promise<void> {
    const { log, layout, now, emit, maxEntryAgeMs, maxEvents } = this.#parts
    const merged = new TagFold()
    const inputs: string[] = []
    const all = logKeys.filter((logKey) => generationOf(layout, logKey) === generation)
    const contents = await mapConcurrently(all, async (logKey) => ({ logKey, events: await log.read(logKey) }))
    for (const { logKey, events } of contents) {
      // Gone, merged by another; or not to be decoded, and then it stays.
      if (events === undefined) continue
      merged.addAll(events, -Infinity)
      inputs.push(logKey)
    }
    if (inputs.length < 2) return
    // By what went in: whoever merges the same writes the same object.
    const name = createHash('sha256').update(inputs.join('\n')).digest('hex').slice(0, 32)
    const oldest = now() - maxEntryAgeMs
    const young = pruneEvents(merged, (at) => at < oldest)
    const bounded = boundEvents(young, maxEvents, stampAbove(log.known.highest, now()))
    await log.append(layout.logObject(generation + 1, name), bounded)
    // Exactly what was read, and not before its events are stored elsewhere.
    await this.#delete(inputs)
    emit({ name: 'compacted', objects: inputs.length, subjects: merged.size })
  }

  async #delete(inputs: readonly string[]): Promise<void> {
    this.#merged = inputs
    const { failed } = inputs.length === 0 ? { failed: [] } : await this.#parts.store.deleteMany(inputs)
    const [first] = failed
    if (first !== undefined) {
      throw new Error(`${failed.length} objects could not be deleted; "${first.key}": ${first.reason}`)
    }
    this.#merged = []
  }

  #dueGeneration(logKeys: readonly string[]): number | undefined {
    const counts = new Map<number, number>()
    for (const logKey of logKeys) {
      const generation = generationOf(this.#parts.layout, logKey)
      if (Number.isInteger(generation)) counts.set(generation, (counts.get(generation) ?? 0) + 1)
    }
    return [...counts].find(([, count]) => count > MAX_OBJECTS)?.[0]
  }
}
