import { outside } from '../async-context.ts'
import type { Cache, CacheParts } from '../cache.ts'
import type { MissReason, Tier } from '../cache-events.ts'
import { onBehalf } from '../cause.ts'
import { isRaw } from '../codec/raw-entry.ts'
import type { Entry, Knowledge, Lifetime } from '../entry.ts'
import { type Freshness, judge, overall } from '../freshness/freshness.ts'
import type { SizeReaders } from '../gauges.ts'
import { addressesOf } from '../keys/layout.ts'
import type { MemoryCopy } from '../memory/memory-layer.ts'
import { SingleFlight } from '../memory/single-flight.ts'
import { sizeOfValue } from '../memory/value-copy.ts'
import { type Condition, type Loaded, StoredEntries, type StoreOutcome } from '../stored-entries.ts'
import type { Marks } from '../tags/subjects.ts'
import type { RenderStart } from '../tags/tag-view.ts'
import { queueFull, WriteQueue } from '../writes/write-queue.ts'
import { DATA_SCOPE, type DataEntry, type DataValue } from './data-value.ts'

const CONCURRENT_WRITES = 16
const NOTHING: DataValue = { codec: '', text: '' }

/** An entry, with the ETag of its object: undefined while that is on its way. */
interface DataCopy {
  readonly entry: DataEntry
  readonly etag: string | undefined
}

/** What a read found; what is expired is missing. */
export type DataRead =
  | ({ readonly kind: 'found'; readonly freshness: Freshness; readonly tier: Tier } & DataCopy)
  | { readonly kind: 'missing'; readonly reason: MissReason; readonly error?: Error | undefined }

/** What the store has under a key at this moment. */
export type StoredNow =
  | { readonly kind: 'absent' }
  /** Expired, invalidated or unreadable: as good as absent, and in the way. */
  | { readonly kind: 'dead'; readonly etag: string }
  | { readonly kind: 'fresh' | 'stale'; readonly entry: DataEntry; readonly etag: string }

export interface NewDataEntry {
  readonly value: DataValue
  readonly tags: readonly string[]
  readonly lifetime: Lifetime
  /** What was known when the making of the value began. */
  readonly start: RenderStart
  /** What the entry is to carry of that, where its writer knows better. @default what `start` stands for */
  readonly knowledge?: Knowledge | undefined
}

export interface DataEntriesOptions {
  /** How long a copy in memory is used without asking the store. */
  readonly memoryCheckMs: number
  /** Whether the store forgets all it is given: then nothing is found on its way there either. */
  readonly keepsNothing: boolean
}

/**
 * The entries of the data cache. The store is the truth, and a copy in memory may be used for `memoryCheckMs` without
 * asking it: so another process's write is seen within that time, without a message for each.
 */
export class DataEntries {
  readonly sizes: SizeReaders = {
    pendingEntries: () => this.#writes.size,
    pendingBytes: () => this.#writes.bytes,
    loads: () => this.#loads.size,
  }
  readonly #parts: CacheParts
  readonly #cache: Cache
  readonly #options: DataEntriesOptions
  readonly #entries: StoredEntries
  readonly #writes: WriteQueue<DataEntry, StoreOutcome>
  readonly #loads = new SingleFlight<Loaded>()
  /** Keys that were written or deleted here while a load of them was under way: what it brings is old. */
  readonly #loading = new Map<string, { isOutdated: boolean }>()

  constructor(parts: CacheParts, cache: Cache, options: DataEntriesOptions) {
    this.#parts = parts
    this.#cache = cache
    this.#options = options
    this.#entries = new StoredEntries(parts)
    this.#writes = new WriteQueue<DataEntry, StoreOutcome>({
      write: (objectKey, entry) => this.#store(objectKey, entry),
      sizeOf: sizeOfValue,
      maxBytes: parts.pendingMaxBytes,
      concurrency: CONCURRENT_WRITES,
    })
  }

  begin(): RenderStart {
    return outside(() => this.#cache.tags.begin())
  }

  /**
   * Makes sure that what `begin` gives is recent. Never rejects.
   * @param maxAgeMs 0: every invalidation that had ended before the call is known. @default tagRefreshMs
   */
  async refresh(maxAgeMs?: number): Promise<void> {
    await outside(() => this.#cache.tags.refresh(maxAgeMs))
  }

  /** As `begin`, for who has not read before, and may know nothing recent. See {@link DataEntries.refresh}. */
  async beginRecent(maxAgeMs?: number): Promise<RenderStart> {
    const called = this.begin()
    await this.refresh(maxAgeMs)
    const start = this.begin()
    // What this process has invalidated since the call concerns what was called before.
    return start.order === called.order ? start : called
  }

  /** @param mustAsk Whether the store is asked, whatever memory has. */
  read(key: string, { mustAsk = false }: { readonly mustAsk?: boolean } = {}): Promise<DataRead> {
    return onBehalf(() => this.#read(key, mustAsk))
  }

  /** Past memory, for who changes what is there. Rejects where the store fails. */
  readStored(key: string): Promise<StoredNow> {
    return onBehalf(() => this.#readStored(key))
  }

  async #read(key: string, mustAsk: boolean): Promise<DataRead> {
    await this.#cache.tags.refresh()
    const objectKey = this.objectKey(key)
    const pending = this.#pending(objectKey)
    if (pending !== undefined) return this.#judged(pending, 'pending')
    const { memory, now } = this.#parts
    const copy = memory.get(objectKey) as (MemoryCopy & DataCopy) | undefined
    const isRecent = copy !== undefined && Math.abs(now() - (copy.askedAt ?? 0)) < this.#options.memoryCheckMs
    if (isRecent && !mustAsk) {
      return this.#judged(copy, 'memory')
    }
    const loaded = await this.#loads.run(objectKey, () => this.#load(key, objectKey))
    switch (loaded.kind) {
      case 'loaded':
        return this.#judged(loaded as DataCopy, copy?.entry === loaded.entry ? 'memory' : 'store')
      case 'failed':
        // What is here is better than nothing, and judged by what is known.
        return copy === undefined
          ? { kind: 'missing', reason: 'failed', error: loaded.error }
          : this.#judged(copy, 'memory')
      default: {
        // Set here since the store was asked: who makes what is missing would make it twice.
        const later = this.#pending(objectKey) ?? (memory.get(objectKey) as DataCopy | undefined)
        if (later !== undefined) return this.#judged(later, 'pending')
        return { kind: 'missing', reason: loaded.kind === 'absent' ? 'absent' : 'failed' }
      }
    }
  }

  #pending(objectKey: string): DataCopy | undefined {
    const entry = this.#options.keepsNothing ? undefined : this.#writes.get(objectKey)
    return entry && { entry, etag: undefined }
  }

  async #readStored(key: string): Promise<StoredNow> {
    await this.#cache.tags.refresh()
    const objectKey = this.objectKey(key)
    await this.#writes.settled(objectKey)
    const loaded = await this.#entries.load(objectKey, { kind: 'data', key })
    switch (loaded.kind) {
      case 'failed':
        throw loaded.error
      case 'corrupt':
        return { kind: 'dead', etag: loaded.etag }
      case 'loaded': {
        const entry = loaded.entry as DataEntry
        const { etag } = loaded
        const freshness = this.freshnessOf(entry)
        return freshness === 'expired' ? { kind: 'dead', etag } : { kind: freshness, entry, etag }
      }
      default:
        return { kind: 'absent' }
    }
  }

  /** Resolves with what became of it. */
  async write(key: string, entry: NewDataEntry): Promise<StoreOutcome> {
    return await onBehalf(() => this.#queue(this.#make(key, entry), { isAwaited: true }))
  }

  /** Returns at once, with whether it is on its way: what was invalidated while it was made is not stored. */
  writeBehind(key: string, entry: NewDataEntry): boolean {
    return onBehalf(() => {
      const made = this.#make(key, entry)
      if (this.freshnessOf(made) === 'expired') {
        this.#parts.emit({ name: 'discarded', kind: 'data', key })
        return false
      }
      void this.#queue(made, { isAwaited: false })
      return true
    })
  }

  /** What an entry with these tags is to carry, whose making began then. */
  knowledgeOf(key: string, tags: readonly string[], start: RenderStart): Knowledge {
    return outside(() => this.#cache.tags.knowledgeOf(start, marksOf(key, tags)))
  }

  /** Now, past the queue, for who must know that nobody was in between. */
  async writeIf(key: string, entry: NewDataEntry | DataEntry, condition: Condition): Promise<StoreOutcome> {
    return await onBehalf(() => {
      const made = 'start' in entry ? this.#make(key, entry) : entry
      return this.#store(this.objectKey(key), made, condition)
    })
  }

  /** Resolves with the store's reason for each key that is still there. Rejects where the store fails as a whole. */
  async delete(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const objectKeys = keys.map((key) => this.objectKey(key))
    await Promise.all(objectKeys.map((objectKey) => this.#writes.settled(objectKey)))
    for (const objectKey of objectKeys) this.#forget(objectKey)
    const { failed } = await onBehalf(() => this.#parts.store.deleteMany(objectKeys))
    for (const objectKey of objectKeys) this.#forget(objectKey)
    const reasons = new Map(failed.map(({ key, reason }) => [key, reason]))
    return new Map(
      keys.flatMap((key, index) => {
        const reason = reasons.get(objectKeys[index] ?? '')
        return reason === undefined ? [] : [[key, reason]]
      }),
    )
  }

  /** Deletes the object if it is as dead as it looked. */
  async deleteExpired(key: string): Promise<void> {
    const stored = await this.readStored(key)
    const objectKey = this.objectKey(key)
    // Raw bytes have the same ETag when they are set again.
    if (stored.kind !== 'dead' || this.#writes.get(objectKey) !== undefined) return
    await onBehalf(() => this.#parts.store.delete(objectKey, { ifMatch: stored.etag }))
    this.#forget(objectKey)
  }

  /** Whether an invalidation has overtaken what began then, and would carry these tags. */
  isOvertaken(key: string, tags: readonly string[], start: RenderStart): boolean {
    return outside(() => {
      const made = this.#make(key, { value: NOTHING, tags, lifetime: { revalidate: false }, start })
      return this.freshnessOf(made) !== 'fresh'
    })
  }

  /** By what is known now. */
  freshnessOf(entry: Omit<Entry, 'value'>): Freshness {
    return overall(this.#judgeNow(entry))
  }

  /** Resolves when nothing of this key is on its way to the store. */
  settled(key: string): Promise<void> {
    return this.#writes.settled(this.objectKey(key))
  }

  objectKey(key: string): string {
    return this.#parts.layout.entry('data', DATA_SCOPE, key)
  }

  get pendingWrites(): number {
    return this.#writes.size
  }

  async drain(timeoutMs: number): Promise<void> {
    const left = await this.#writes.drain(timeoutMs)
    this.#parts.emit({ name: 'drained', left, invalidationsLeft: 0 })
  }

  #make(key: string, { value, tags, lifetime, start, knowledge }: NewDataEntry): DataEntry {
    const known = knowledge ?? this.knowledgeOf(key, tags, start)
    return { kind: 'data', key, value, lastModified: this.#parts.now(), ...known, tags, lifetime }
  }

  /** Rejects nothing that is awaited: its caller holds it anyway. */
  async #queue(entry: DataEntry, options: { readonly isAwaited: boolean }): Promise<StoreOutcome> {
    const { emit, pendingMaxBytes } = this.#parts
    const outcome = this.#writes.add(this.objectKey(entry.key), entry, options)
    if (outcome !== undefined) return await outcome
    const error = queueFull(pendingMaxBytes)
    emit({ name: 'not-stored', kind: 'data', key: entry.key, error })
    return { kind: 'failed', error }
  }

  async #store(objectKey: string, entry: DataEntry, condition?: Condition): Promise<StoreOutcome> {
    const { now, memory } = this.#parts
    // Before the PUT: another process may have written by the time of its answer.
    const askedAt = now()
    const outcome = await this.#entries.store(objectKey, entry, condition)
    // Whatever it came to: a write without an answer may have been carried out.
    this.#forget(objectKey)
    if (outcome.kind === 'stored') memory.set(objectKey, { entry, etag: outcome.etag, askedAt })
    return outcome
  }

  async #load(key: string, objectKey: string): Promise<Loaded> {
    const { memory, now } = this.#parts
    const loading = { isOutdated: false }
    this.#loading.set(objectKey, loading)
    const copy = memory.get(objectKey)
    const askedAt = now()
    // Raw bytes have the same ETag when they are set again, for longer or with other tags.
    const etag = copy !== undefined && isRaw(copy.entry.value) ? undefined : copy?.etag
    const loaded = await this.#entries.load(objectKey, { kind: 'data', key }, etag)
    if (this.#loading.get(objectKey) === loading) this.#loading.delete(objectKey)
    if (loading.isOutdated || loaded.kind === 'failed') return withCopy(loaded, copy)
    if (copy !== undefined) memory.delete(objectKey, copy.entry)
    if (loaded.kind === 'not-modified' && copy !== undefined) {
      memory.set(objectKey, { ...copy, askedAt })
    } else if (loaded.kind === 'loaded') {
      memory.set(objectKey, { entry: loaded.entry, etag: loaded.etag, askedAt })
    }
    return withCopy(loaded, copy)
  }

  /** What is being loaded is old now, and what memory has. */
  #forget(objectKey: string): void {
    const { memory } = this.#parts
    const loading = this.#loading.get(objectKey)
    if (loading !== undefined) loading.isOutdated = true
    this.#loads.forget(objectKey)
    const copy = memory.get(objectKey)
    if (copy !== undefined) memory.delete(objectKey, copy.entry)
  }

  #judged({ entry, etag }: DataCopy, tier: Tier): DataRead {
    const judgement = this.#judgeNow(entry)
    const freshness = overall(judgement)
    if (freshness !== 'expired') return { kind: 'found', entry, etag, freshness, tier }
    return { kind: 'missing', reason: judgement.byTags === 'expired' ? 'invalidated' : 'expired' }
  }

  #judgeNow(entry: Omit<Entry, 'value'>): ReturnType<typeof judge> {
    const { tags, tagRefreshMs, now } = this.#parts
    const unknownMs = entry.tags.length > 0 ? tagRefreshMs : Infinity
    return judge(entry, { events: tags.about(marksOf(entry.key, entry.tags)), unknownMs, now: now() })
  }
}

/** What was not modified is as it was when the store was asked with its ETag. */
const withCopy = (loaded: Loaded, copy: MemoryCopy | undefined): Loaded =>
  loaded.kind === 'not-modified' && copy?.etag !== undefined
    ? { kind: 'loaded', entry: copy.entry, etag: copy.etag }
    : loaded

const marksOf = (key: string, tags: readonly string[]): Marks => ({
  tags,
  addresses: addressesOf('data', DATA_SCOPE, key),
})
