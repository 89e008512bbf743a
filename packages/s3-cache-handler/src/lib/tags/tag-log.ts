import type { Emit } from '../cache-events.ts'
import type { Layout } from '../keys/layout.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import type { Runtime } from '../runtime.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import { decodeEvents, encodeEvents, LOG_CONTENT_TYPE } from './log-codec.ts'
import { listAll } from './list-all.ts'
import { SharedRun } from './shared-run.ts'
import { EVERYTHING } from './subjects.ts'
import { TagFold } from './tag-fold.ts'

/** How often an object that was just listed may be gone, merged into another, before a pass gives up. */
const MAX_LISTINGS = 8

export interface TagLogParts {
  /** Rejects with what failed, in bounded time. */
  readonly store: ObjectStore
  readonly layout: Pick<Layout, 'log' | 'bell' | 'logObject'>
  readonly runtime: Pick<Runtime, 'id'>
  /** The store's time, in ms since the Unix epoch. */
  readonly now: () => number
  readonly emit: Emit
  /** Called after each pass with the keys of all log objects. */
  readonly onListed: (keys: readonly string[]) => void
}

/**
 * The log of tag events in the store, and all that was read of it. Its objects are written once and never changed, so
 * one that was read need not be read again, and no order, repetition or late arrival of requests can lose an event.
 */
export class TagLog {
  readonly #parts: TagLogParts
  readonly #known = new TagFold()
  readonly #passes = new SharedRun(() => this.#pass())
  /** The highest stamp of each object that was read. */
  readonly #read = new Map<string, number>()
  readonly #undecodable = new Set<string>()
  #isComplete = false
  #seen = 0

  constructor(parts: TagLogParts) {
    this.#parts = parts
  }

  /** All events that are known to be stored. */
  get known(): TagFold {
    return this.#known
  }

  /** Whether the whole log has been read once. */
  get isComplete(): boolean {
    return this.#isComplete
  }

  /**
   * What a render that begins now may claim to have seen: the highest stamp of the last complete pass. Not of all that is
   * known: a stamp that was learnt alone, in the middle of a pass or because it is one's own, says nothing of lower ones,
   * and a page that was made of cached data would outlive an event that nobody here had heard of.
   */
  get seen(): number {
    return this.#seen
  }

  /** The highest stamp in the log, other than in these objects. */
  highestBesides(logKeys: ReadonlySet<string>): number {
    return Math.max(0, ...[...this.#read].filter(([logKey]) => !logKeys.has(logKey)).map(([, highest]) => highest))
  }

  /** Reads what is new, by a listing that begins after the call. Rejects unless all of it was read. */
  catchUp(): Promise<void> {
    return this.#passes.run()
  }

  /** Stores events under a key of their own, and knows them from then on. */
  async append(logKey: string, events: TagFold): Promise<void> {
    await this.#parts.store.put(logKey, encodeEvents(events), { contentType: LOG_CONTENT_TYPE })
    this.#learn(logKey, events)
  }

  /** Reads one object; undefined when it is gone or cannot be decoded. */
  async read(logKey: string): Promise<TagFold | undefined> {
    const result = await this.#parts.store.get(logKey)
    if (result.kind !== 'found') return undefined
    const decoded = decodeEvents(result.body)
    if (decoded.kind === 'events') return decoded.events
    this.#notDecodable(logKey, decoded.reason)
    return undefined
  }

  /**
   * Rings the bell, which tells everyone that there is something to list. Each attempt brings a nonce of its own: one
   * that timed out may land late, over another's ring, and with equal bytes it would bring back an ETag that readers
   * have seen before.
   */
  async ring(): Promise<void> {
    const { store, layout, runtime } = this.#parts
    await store.put(layout.bell, Buffer.from(runtime.id()), { contentType: 'text/plain', once: true })
  }

  async #pass(): Promise<void> {
    const { store, layout, onListed } = this.#parts
    for (let listing = 0; listing < MAX_LISTINGS; listing++) {
      const readBefore = [...this.#read.keys()]
      const listed = await listAll(store, layout.log)
      const isWhole = await this.#readAll(listed.filter((logKey) => !this.#read.has(logKey)))
      this.#forget(readBefore, new Set(listed))
      if (!isWhole) continue
      this.#isComplete = true
      this.#seen = Math.max(this.#seen, ...listed.map((logKey) => this.#read.get(logKey) ?? 0))
      onListed(listed.filter((logKey) => !this.#undecodable.has(logKey)))
      return
    }
    throw new Error(`The tag log "${layout.log}" changed during each of ${MAX_LISTINGS} listings`)
  }

  /** Whether all were there. */
  async #readAll(logKeys: readonly string[]): Promise<boolean> {
    await mapConcurrently(logKeys, async (logKey) => {
      const events = await this.read(logKey)
      if (events !== undefined) this.#learn(logKey, events)
    })
    return logKeys.every((logKey) => this.#read.has(logKey))
  }

  #learn(logKey: string, events: TagFold): void {
    this.#known.addAll(events, this.#parts.now())
    this.#read.set(logKey, events.highest)
  }

  /** What is gone from the log was merged into another object, and its key is never used again. */
  #forget(logKeys: readonly string[], listed: ReadonlySet<string>): void {
    for (const logKey of logKeys) {
      if (listed.has(logKey)) continue
      this.#read.delete(logKey)
      this.#undecodable.delete(logKey)
    }
  }

  /**
   * It may hold any event, so that nothing from before can be trusted. Its stamp lies between whole ones: it is this
   * instance's alone, and no event of another's may happen to have it.
   */
  #notDecodable(logKey: string, reason: string): void {
    if (this.#undecodable.has(logKey)) return
    this.#undecodable.add(logKey)
    this.#parts.emit({ name: 'corrupt', objectKey: logKey, reason })
    const clear = new TagFold()
    const { highest } = this.#known
    clear.add(EVERYTHING, { hardAt: (highest + Math.floor(highest) + 1) / 2, soft: [] }, -Infinity)
    this.#learn(logKey, clear)
  }
}
