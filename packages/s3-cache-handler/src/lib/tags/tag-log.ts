import type { Emit } from '../cache-events.ts'
import type { Layout } from '../keys/layout.ts'
import type { GetOptions, ObjectStore } from '../object-store/object-store.ts'
import type { Runtime } from '../runtime.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import { decodeEvents, encodeEvents, LOG_CONTENT_TYPE } from './log-codec.ts'
import { clearOfAll, stampAbove } from './bound-events.ts'
import { listAll } from './list-all.ts'
import { SharedRun } from './shared-run.ts'
import { highestStamp } from '../tag-state.ts'
import type { Subject } from './subjects.ts'
import { TagFold } from './tag-fold.ts'

/** How often an object that was just listed may be gone, merged into another, before a pass gives up. */
const MAX_LISTINGS = 8
/** In so many of them a denied object counts as gone, which S3 answers so to a role that may list under a prefix only. */
const LENIENT_LISTINGS = 2
/** A render that was overtaken by more invalidations of one tag counts as not knowing any. */
const MAX_RAISES = 16

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
  /** Called whenever more is known than before. */
  readonly onLearnt: () => void
  /** How many events are remembered. */
  readonly maxEvents: number
}

type ReadOptions = Pick<GetOptions, 'absentIfDenied'>

/**
 * The log of tag events in the store, and all that was read of it. Its objects are written once and never changed, so
 * one that was read need not be read again, and no order, repetition or late arrival of requests can lose an event.
 */
export class TagLog {
  readonly #parts: TagLogParts
  #known = new TagFold()
  readonly #passes = new SharedRun(() => this.#pass())
  readonly #read = new Set<string>()
  /** Objects that cannot be decoded; those that were just found stand for no event yet. */
  readonly #undecodable = new Map<string, 'found' | 'cleared'>()
  /** How often anything was learnt. */
  #version = 0
  /** The last times that the highest stamp of a subject was raised. */
  #raises = new Map<Subject, readonly Raise[]>()
  #raiseCount = 0
  #isComplete = false

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

  /** Stands for all that is known now, as a render remembers it that begins now. */
  get version(): number {
    return this.#version
  }

  /** The highest stamp on a subject that was known at a version; 0 for none, or where that is no longer remembered. */
  knownAt(subject: Subject, version: number): number {
    return this.#raises.get(subject)?.findLast((raise) => raise.version <= version)?.stamp ?? 0
  }

  /** How many objects of the log are read. */
  get objects(): number {
    return this.#read.size
  }

  isUndecodable(logKey: string): boolean {
    return this.#undecodable.has(logKey)
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
  async read(logKey: string, { absentIfDenied = true }: ReadOptions = {}): Promise<TagFold | undefined> {
    const result = await this.#parts.store.get(logKey, { absentIfDenied })
    if (result.kind !== 'found') return undefined
    const decoded = decodeEvents(result.body)
    if (decoded.kind === 'events') return decoded.events
    if (!this.#undecodable.has(logKey)) {
      this.#undecodable.set(logKey, 'found')
      this.#parts.emit({ name: 'corrupt', objectKey: logKey, reason: decoded.reason })
    }
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
    const { store, layout, onListed, onLearnt } = this.#parts
    for (let listing = 0; listing < MAX_LISTINGS; listing++) {
      const readBefore = [...this.#read]
      const listed = await listAll(store, layout.log)
      const unread = listed.filter((logKey) => !this.#read.has(logKey))
      // What is still there when it is listed again is not gone.
      const isWhole = await this.#readAll(unread, { absentIfDenied: listing < LENIENT_LISTINGS })
      this.#forget(readBefore, new Set(listed))
      if (!isWhole) continue
      this.#clearForUndecodable()
      this.#isComplete = true
      onLearnt()
      onListed(listed.filter((logKey) => !this.isUndecodable(logKey)))
      return
    }
    throw new Error(`The tag log "${layout.log}" changed during each of ${MAX_LISTINGS} listings`)
  }

  /** Whether all were there. */
  async #readAll(logKeys: readonly string[], options: ReadOptions): Promise<boolean> {
    await mapConcurrently(logKeys, async (logKey) => {
      const events = await this.read(logKey, options)
      if (events !== undefined) this.#learn(logKey, events)
    })
    return logKeys.every((logKey) => this.#read.has(logKey) || this.#undecodable.has(logKey))
  }

  #learn(logKey: string, events: TagFold): void {
    this.#add(events)
    this.#read.add(logKey)
  }

  #add(events: TagFold): void {
    this.#version++
    for (const [subject, state] of events) {
      const before = this.#raises.get(subject) ?? []
      const stamp = highestStamp(state)
      if (stamp <= (before.at(-1)?.stamp ?? 0)) continue
      const raises = [...before.slice(1 - MAX_RAISES), { version: this.#version, stamp }]
      this.#raises.set(subject, raises)
      this.#raiseCount += raises.length - before.length
    }
    this.#known.addAll(events, this.#parts.now())
    this.#bound()
    this.#parts.onLearnt()
  }

  #bound(): void {
    const { maxEvents } = this.#parts
    // The last one of each subject stays: without it no render would be known to have known the subject's events.
    if (this.#raiseCount > 2 * maxEvents)
      this.#setRaises(Array.from(this.#raises, ([of, raises]) => [of, raises.slice(-1)]))
    if (this.#known.events <= maxEvents) return
    this.#known = this.#newClear()
    this.#setRaises([])
  }

  #newClear(): TagFold {
    return clearOfAll(stampAbove(this.#known.highest, this.#parts.now()))
  }

  /** One of each subject at most. */
  #setRaises(raises: readonly [Subject, readonly Raise[]][]): void {
    this.#raises = new Map(raises)
    this.#raiseCount = raises.length
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
   * Each may hold any event, so that nothing from before can be trusted: what was read may have been after them, and others
   * may have read what we cannot. The stamp is known here alone.
   */
  #clearForUndecodable(): void {
    const found = [...this.#undecodable].filter(([, state]) => state === 'found')
    if (found.length === 0) return
    this.#add(this.#newClear())
    for (const [logKey] of found) {
      this.#undecodable.set(logKey, 'cleared')
      this.#read.add(logKey)
    }
  }
}

/** When the highest stamp of a subject was raised, and to what. */
interface Raise {
  readonly version: number
  readonly stamp: number
}
