import type { Emit, Tier } from './cache-events.ts'
import { type Entry, isOlder } from './entry.ts'
import { isRaw } from './codec/raw-entry.ts'
import { clearEntries, type ClearSelection } from './clear.ts'
import { NotInvalidatedError } from './errors.ts'
import type { SizeReaders } from './gauges.ts'
import { type Freshness, judge, overall, type Judgement } from './freshness/freshness.ts'
import type { TagIndex } from './index/tag-index.ts'
import { type EntryId, EntryNames } from './entry-names.ts'
import type { Layout } from './keys/layout.ts'
import type { MemoryCopy, MemoryLayer } from './memory/memory-layer.ts'
import { SingleFlight } from './memory/single-flight.ts'
import { copyValue, sizeOfValue } from './memory/value-copy.ts'
import type { ObjectStore } from './object-store/object-store.ts'
import { missing, type ReadOptions, type ReadResult, type Seed } from './reads.ts'
import type { Runtime } from './runtime.ts'
import type { Marks, Subject } from './tags/subjects.ts'
import { type StoreOutcome, StoredEntries } from './stored-entries.ts'
import type { RenderStart, TagView } from './tags/tag-view.ts'
import { within } from './within.ts'
import { queueFull, WriteQueue } from './writes/write-queue.ts'

const CONCURRENT_WRITES = 16
/** While an entry is rendered anew, its stale copy is served without a request for each time. */
const ASK_AGAIN_MS = 1000

/** What a cache is made of. */
export interface CacheParts {
  readonly store: ObjectStore
  /** Whether it keeps to conditions. Rejects where that cannot be told for now. */
  readonly hasConditionalPut: () => Promise<boolean>
  /** Whether objects are to carry the tag by which lifecycle rules find them, and can. */
  readonly hasExpiryTags: () => Promise<boolean>
  readonly layout: Layout
  readonly memory: MemoryLayer
  readonly tags: TagView
  readonly index: TagIndex
  readonly emit: Emit
  readonly compressMinBytes: number
  readonly pendingMaxBytes: number
  /** How old an entry with tags may be where other instances' invalidations cannot be known, in ms. */
  readonly tagRefreshMs: number
  /** Longest wait for one operation of the store, in ms. */
  readonly timeoutMs: number
  readonly runtime: Pick<Runtime, 'sleep'>
  /** The store's time, in ms since the Unix epoch. */
  readonly now: () => number
}

/** What `write` is given; the rest of an entry follows from its name and the time. */
export type NewEntry = Pick<Entry, 'value' | 'seen' | 'known' | 'order' | 'tags' | 'lifetime'> & {
  /** How long ago its age counts from. @default 0 */
  readonly ageMs?: number
  /** Whether nobody else has the value, so that it need not be copied. */
  readonly isOwn?: boolean
}

/**
 * Memory in front, the store behind, writes behind the response. Reads and writes never reject: what fails is a miss and
 * an event.
 */
export class Cache {
  readonly tags: TagView
  readonly sizes: SizeReaders = {
    pendingEntries: () => this.#writes.size,
    pendingBytes: () => this.#writes.bytes,
    loads: () => this.#loads.size + this.#seedings.size,
  }
  readonly #parts: CacheParts
  readonly #entries: StoredEntries
  readonly #writes: WriteQueue<PendingWrite, PendingOutcome>
  readonly #loads = new SingleFlight<Outcome>()
  readonly #seedings = new SingleFlight<Seed | undefined>()
  readonly #names: EntryNames

  constructor(parts: CacheParts) {
    this.tags = parts.tags
    this.#parts = parts
    this.#entries = new StoredEntries(parts)
    this.#names = new EntryNames(parts.layout)
    this.#writes = new WriteQueue<PendingWrite, PendingOutcome>({
      write: (objectKey, write) => this.#store(objectKey, write),
      sizeOf: ({ entry }) => sizeOfValue(entry),
      maxBytes: parts.pendingMaxBytes,
      concurrency: CONCURRENT_WRITES,
    })
  }

  /** The store's time, in ms since the Unix epoch: what entries are stamped with. */
  now(): number {
    return this.#parts.now()
  }

  /** At once where nothing has to be waited for: most reads are of what is fresh in memory, and promises their main cost. */
  read(id: EntryId, options: ReadOptions = {}): ReadResult | Promise<ReadResult> {
    const { askedMs = performance.now() } = options
    const refreshed = this.tags.refresh()
    if (refreshed !== undefined) return refreshed.then(() => this.#read(id, options, askedMs))
    return this.#read(id, options, askedMs)
  }

  #read(id: EntryId, options: ReadOptions, askedMs: number): ReadResult | Promise<ReadResult> {
    const near = this.#readNear(id, this.#objectKey(id), options)
    if (near === undefined || options.mustAsk === true) return this.#readStore(id, options, askedMs, near)
    const judgement = this.#judge(id, near.copy.entry, options)
    return this.#isWorthAsking(near.copy, judgement)
      ? this.#readStore(id, options, askedMs, near)
      : this.#found(id, near.copy.entry, near.tier, options, askedMs, judgement)
  }

  async #readStore(id: EntryId, options: ReadOptions, askedMs: number, near?: NearCopy): Promise<ReadResult> {
    const objectKey = this.#objectKey(id)
    // Another instance may have refreshed what is stale here.
    const loaded = await this.#loads.run(objectKey, () => this.#load(id, objectKey, options, near?.copy))
    switch (loaded.kind) {
      case 'loaded': {
        const isBetter = near === undefined || this.#isBetter(id, loaded.entry, near.copy.entry, options)
        return isBetter
          ? this.#found(id, loaded.entry, 'store', options, askedMs)
          : this.#found(id, near.copy.entry, near.tier, options, askedMs)
      }
      case 'failed':
        return near === undefined
          ? ((await this.#sow(id, options, askedMs, false)) ?? missing(id, 'failed', askedMs))
          : this.#found(id, near.copy.entry, near.tier, options, askedMs)
      case 'absent':
        // Without an ETag it is not in the store yet: on its way, or its PUT failed.
        if (near !== undefined && near.copy.etag === undefined) {
          return this.#found(id, near.copy.entry, near.tier, options, askedMs)
        }
        if (near !== undefined) this.#parts.memory.delete(objectKey, near.copy.entry)
        return (await this.#sow(id, options, askedMs, true)) ?? missing(id, 'absent', askedMs)
    }
  }

  /**
   * Answers with the seed, and stores it behind the answer unless there is anything by then.
   * @param isAbsent Whether the store has said that it has nothing.
   */
  async #sow(id: EntryId, options: ReadOptions, askedMs: number, isAbsent: boolean): Promise<ReadResult | undefined> {
    const { seed } = options
    const objectKey = this.#objectKey(id)
    const given = seed === undefined ? undefined : await this.#seedings.run(objectKey, seed)
    if (given === undefined) return undefined
    const entry: Entry = { kind: id.kind, key: id.key, ...given }
    if (this.#judge(id, entry, options).byTags === 'expired') return missing(id, 'invalidated', askedMs)
    this.#keep(id, objectKey, { entry, etag: undefined }, options)
    if (isAbsent && this.#writes.get(objectKey) === undefined) {
      void this.#writes.add(objectKey, { id, entry, isSeed: true })
    }
    return this.#found(id, entry, 'build', options, askedMs)
  }

  /** Stores a seed unless there is anything, or an event outranks it. Rejects where the store fails. */
  async plant(id: EntryId, seed: Seed): Promise<'stored' | 'present' | 'outdated'> {
    const entry: Entry = { kind: id.kind, key: id.key, ...seed }
    const outcome = await this.#store(this.#objectKey(id), { id, entry, isSeed: true })
    switch (outcome.kind) {
      case 'failed':
        throw outcome.error
      case 'discarded':
        return 'outdated'
      default:
        return outcome.kind === 'stored' ? 'stored' : 'present'
    }
  }

  /** Takes the entry over and returns at once. The PUT follows; reads see the entry from now on. */
  write(id: EntryId, { value, seen, known, order, tags, lifetime, ageMs = 0, isOwn = false }: NewEntry): void {
    const { emit, now } = this.#parts
    const objectKey = this.#objectKey(id)
    const entry: Entry = {
      kind: id.kind,
      key: id.key,
      value: isOwn ? value : copyValue(value),
      lastModified: now() - ageMs,
      seen,
      known,
      order,
      tags,
      lifetime,
    }
    if (this.#isOvertaken(id, entry)) return
    this.#keep(id, objectKey, { entry, etag: undefined })
    const pending = this.#writes.get(objectKey)?.entry
    if (pending !== undefined && !this.#isBetter(id, entry, pending)) return
    if (this.#writes.add(objectKey, { id, entry, isSeed: false }) === undefined) {
      const error = queueFull(this.#parts.pendingMaxBytes)
      emit({ name: 'not-stored', kind: id.kind, key: id.key, error })
    }
  }

  /** What an entry with these tags is to carry, whose render began then, at a `get` with `softTags`. */
  knowledgeOf(
    id: EntryId,
    start: RenderStart,
    { tags, softTags }: { readonly tags: readonly string[]; readonly softTags: readonly string[] },
  ): Pick<Entry, 'seen' | 'order' | 'known'> {
    return this.tags.knowledgeOf(start, { tags, readerTags: softTags, addresses: this.#names.of(id).addresses })
  }

  /** Which of an entry's tags, and of those that its reader adds, make it stale. */
  staleTags(entry: Entry, softTags: readonly string[]): string[] {
    const marksOf = (tag: string): Marks =>
      entry.tags.includes(tag) ? { tags: [tag], addresses: [] } : { tags: [], readerTags: [tag], addresses: [] }
    const isHit = (tag: string): boolean =>
      judge(entry, {
        events: { ...this.tags.about(marksOf(tag)), of: 'all' },
        unknownMs: Infinity,
        now: this.now(),
      }).byTags !== 'fresh'
    return [...entry.tags, ...softTags].filter(isHit)
  }

  /**
   * Invalidates what `subjects` name on all instances. Resolves once every other instance that looks finds it. Throws
   * {@link NotInvalidatedError} when that takes too long: then it holds here only, and is tried again.
   * @param expireSeconds Absent, or 0: gone now. Else stale now and gone after so long; Infinity for never.
   */
  async invalidate(subjects: readonly Subject[], expireSeconds?: number): Promise<void> {
    const { tags, runtime, timeoutMs } = this.#parts
    // One deadline for each of its steps: a listing, the events, the bell.
    const limits = { runtime, timeoutMs: 3 * timeoutMs, late: false }
    if (!(await within(limits, tags.invalidate(subjects, expireSeconds)))) throw new NotInvalidatedError()
  }

  /**
   * Deletes entries. First an event takes them out of the memory of all instances, and makes what is written meanwhile by
   * a render that began before a miss. Throws NotInvalidatedError and IncompleteClearError.
   * @returns how many entries were deleted
   */
  async clear(subjects: readonly Subject[], selection: ClearSelection): Promise<number> {
    await this.invalidate(subjects)
    return await clearEntries(this.#parts, selection)
  }

  /** Resolves when nothing of this entry is on its way to the store, or when that takes too long. */
  settled(id: EntryId): Promise<void> {
    const { runtime, timeoutMs } = this.#parts
    return within({ runtime, timeoutMs: 3 * timeoutMs, late: undefined }, this.#writes.settled(this.#objectKey(id)))
  }

  /** Waits for the writes and invalidations under way, `timeoutMs` at most. */
  async drain(timeoutMs: number): Promise<void> {
    const [left] = await Promise.all([this.#writes.drain(timeoutMs), this.tags.drain(timeoutMs)])
    this.#parts.emit({ name: 'drained', left, invalidationsLeft: this.tags.pending })
  }

  get pendingWrites(): number {
    return this.#writes.size + this.tags.pending
  }

  #readNear(id: EntryId, objectKey: string, options: ReadOptions): NearCopy | undefined {
    const copy = this.#parts.memory.get(objectKey)
    const pending = this.#writes.get(objectKey)?.entry
    // What memory has is newer where the queue had no room for it.
    const isPendingNewest =
      pending !== undefined && (copy === undefined || this.#isBetter(id, pending, copy.entry, options))
    if (isPendingNewest) return { copy: { entry: pending, etag: undefined }, tier: 'pending' }
    return copy && { copy, tier: 'memory' }
  }

  async #load(id: EntryId, objectKey: string, options: ReadOptions, copy: MemoryCopy | undefined): Promise<Outcome> {
    const { memory, now } = this.#parts
    // Raw bytes have the same ETag when they are set again, for longer.
    const etag = copy !== undefined && isRaw(copy.entry.value) ? undefined : copy?.etag
    const loaded = await this.#entries.load(objectKey, id, etag)
    if (loaded.kind === 'loaded') this.#keep(id, objectKey, loaded, options)
    if (loaded.kind === 'corrupt') return { kind: 'failed' }
    if (loaded.kind !== 'not-modified') return loaded
    if (copy === undefined) return { kind: 'failed' }
    memory.set(objectKey, { ...copy, askedAt: now() })
    return { kind: 'loaded', entry: copy.entry }
  }

  /** Unless memory has better: what a slow GET brings may have been replaced meanwhile. */
  #keep(id: EntryId, objectKey: string, { entry, etag }: MemoryCopy, options: ReadOptions = {}): void {
    const { memory } = this.#parts
    const present = memory.get(objectKey)?.entry
    if (present !== undefined && this.#isBetter(id, entry, present, options)) memory.delete(objectKey, present)
    memory.set(objectKey, { entry, etag })
  }

  /**
   * The fresher of two; only where both are as fresh, the one whose render knew more. What a render knew is told by stamps
   * that not all instances have: a copy from one that knows more must not stand in the way of all that is rendered here.
   */
  #isBetter(id: EntryId, one: Entry, other: Entry, options: ReadOptions = {}): boolean {
    const [rank, otherRank] = [one, other].map((entry) => RANK[overall(this.#judge(id, entry, options))])
    return rank === otherRank ? !isOlder(one, other) : (rank ?? 0) < (otherRank ?? 0)
  }

  /** Whether an invalidation came after its render began: then nobody would be served it. */
  #isOvertaken(id: EntryId, entry: Entry): boolean {
    const isOvertaken = this.#judge(id, entry, {}).byTags === 'expired'
    if (isOvertaken) this.#parts.emit({ name: 'discarded', kind: id.kind, key: id.key })
    return isOvertaken
  }

  async #store(objectKey: string, { id, entry, isSeed }: PendingWrite): Promise<PendingOutcome> {
    const { memory, hasConditionalPut } = this.#parts
    // It may have been invalidated while it waited.
    if (this.#isOvertaken(id, entry)) return { kind: 'discarded' }
    const isConditional = isSeed && (await hasConditionalPut().catch(() => true))
    const condition = isConditional ? ({ ifNoneMatch: '*' } as const) : {}
    const outcome = await this.#entries.store(objectKey, entry, condition)
    if (outcome.kind === 'stored' && outcome.etag !== undefined) memory.set(objectKey, { entry, etag: outcome.etag })
    // What is there by now is to be read.
    if (outcome.kind === 'condition-failed') memory.delete(objectKey, entry)
    // A load that began before knows nothing of this.
    this.#loads.forget(objectKey)
    return outcome
  }

  /** Whether the store may have better: always, but for what is fresh, or was stale a moment ago there too. */
  #isWorthAsking({ askedAt = -Infinity }: MemoryCopy, judgement: Judgement): boolean {
    const freshness = overall(judgement)
    if (freshness !== 'stale') return freshness === 'expired'
    return Math.abs(this.#parts.now() - askedAt) >= ASK_AGAIN_MS
  }

  #judge(id: EntryId, entry: Entry, { softTags = [], lifetime }: ReadOptions): Judgement {
    const { tags, tagRefreshMs, now } = this.#parts
    const { addresses } = this.#names.of(id)
    const marks = { tags: entry.tags, readerTags: softTags, addresses }
    const unknownMs = entry.tags.length + softTags.length > 0 ? tagRefreshMs : Infinity
    return judge(entry, { events: tags.about(marks), unknownMs, lifetime, now: now() })
  }

  #found(
    id: EntryId,
    entry: Entry,
    tier: Tier,
    options: ReadOptions,
    askedMs: number,
    judgement: Judgement = this.#judge(id, entry, options),
  ): ReadResult {
    const { kind, key } = entry
    if (judgement.byTags === 'expired') return missing(entry, 'invalidated', askedMs)
    const given = options.sharesValue === true ? entry : { ...entry, value: copyValue(entry.value) }
    const ageMs = this.#parts.now() - entry.lastModified
    const durationMs = performance.now() - askedMs
    const event = { name: 'hit' as const, kind, key, tier, freshness: overall(judgement), ageMs, durationMs }
    return { kind: 'found', entry: given, judgement, event }
  }

  #objectKey(id: EntryId): string {
    return this.#names.of(id).objectKey
  }
}

const RANK: Readonly<Record<Freshness, number>> = { fresh: 0, stale: 1, expired: 2 }

/** What is known of an entry without the store. */
interface NearCopy {
  readonly copy: MemoryCopy
  readonly tier: Tier
}

/** An entry on its way to the store. */
interface PendingWrite {
  readonly id: EntryId
  readonly entry: Entry
  /** Whether it must not replace what another instance has stored. */
  readonly isSeed: boolean
}

type PendingOutcome = StoreOutcome | { readonly kind: 'discarded' }

/** What a load came to, for all who share it. */
type Outcome =
  | { readonly kind: 'loaded'; readonly entry: Entry }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed' }
