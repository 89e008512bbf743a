import type { CacheEntry } from '@epic-web/cachified'
import { outside } from '../async-context.ts'
import { InvalidKeyError } from '../data-errors.ts'
import { dataRuntime as runtime } from '../data/data-runtime.ts'
import type { Found } from '../data/data-reader.ts'
import { settingsOf } from '../data/data-settings.ts'
import type { DataValue } from '../data/data-value.ts'
import { createWriter, type Writer } from '../data/data-writer.ts'
import type { Flight } from '../data/flights.ts'
import { entryText, type Inside } from '../data/inside.ts'
import type { Knowledge, Lifetime } from '../entry.ts'
import { asError } from '../errors.ts'
import { CLOCK_BOUND_MS } from '../store-clock.ts'
import type { StoreOutcome } from '../stored-entries.ts'
import { within } from '../within.ts'
import type { ResolvedAdapterOptions } from './adapter-options.ts'
import { HandedOut } from './handed-out.ts'
import { Makings } from './makings.ts'
import { isCacheEntry, lifetimeOf, softened, storedMetadata } from './metadata.ts'

/** Clocks that differ by less are taken for the same, so that a time comes back as it went. */
const MIN_SKEW_MS = 1000

/** Of an entry that nobody is to find. */
const OVER: Lifetime = { revalidate: 0, expire: 0 }

/** An entry that is being set. */
interface Given {
  readonly text: string
  readonly metadata: CacheEntry['metadata']
  readonly tags: readonly string[]
  readonly encoded: Promise<DataValue>
  /** What its making knew, where it is not new. */
  readonly kept: Knowledge | undefined
}

/** What became of it when reads find it: being stored, if anybody waits for that. */
interface HandedOver {
  readonly outcome?: Promise<StoreOutcome>
}

/** A call of `delete` that is under way. */
interface Deletion {
  readonly text: string
  /** Whether something was set since it was called. */
  isOvertaken: boolean
}

/** The three operations of cachified on entries of the data cache, whose values are cachified's entries. */
export class CachifiedStore {
  readonly #inside: Inside
  readonly #options: ResolvedAdapterOptions
  readonly #writer: Writer
  readonly #makings: Makings
  readonly #handedOut = new HandedOut()
  readonly #deletions = new Set<Deletion>()
  #skewMs = 0

  constructor(inside: Inside, options: ResolvedAdapterOptions) {
    this.#inside = inside
    this.#options = options
    this.#writer = createWriter(inside.parts)
    this.#makings = new Makings(inside.parts.cache.tags)
  }

  async get(key: string): Promise<CacheEntry | undefined> {
    const text = this.#textOf(key)
    const asking = this.#makings.ask()
    await this.#settled(text)
    const found = await this.#inside.parts.reader.find(text)
    if (found === undefined || !isCacheEntry(found.value)) {
      this.#handedOut.forget(text)
      this.#makings.begin(text, asking.at, asking)
      return undefined
    }
    const isSoft = found.state === 'stale' && this.#isSoft(found)
    const entry = this.#localEntry(found.value, isSoft)
    const { seen, known, order } = found.entry
    this.#handedOut.add(text, entry, { seen, known, order }, isSoft)
    // It is made anew by a call of its own.
    if (isSoft) this.#makings.begin(text, runtime.wallMs(), asking)
    return entry
  }

  /** The value is taken as it is now, and found by every `get` that is called after. */
  async set(key: string, entry: CacheEntry): Promise<void> {
    const text = this.#textOf(key)
    for (const deletion of this.#deletions) if (deletion.text === text) deletion.isOvertaken = true
    const given = this.#give(text, key, entry)
    // Cachified tells its reporter alone, and nobody where it is not waited for.
    given.catch((error: unknown) =>
      this.#inside.parts.emit({ name: 'not-stored', kind: 'data', key: text, error: asError(error) }),
    )
    if (this.#options.write === 'behind') return
    const { outcome } = await given
    const result = await outcome
    if (result?.kind === 'failed') throw result.error
  }

  /** An entry that the store does not delete is written over, as long as it takes that. */
  async delete(key: string): Promise<boolean> {
    const deletion: Deletion = { text: this.#textOf(key), isOvertaken: false }
    this.#deletions.add(deletion)
    try {
      await this.#writer.delete([deletion.text], 'delete')
    } catch {
      // Why not, the store has told.
      await this.#writeOver(deletion)
    } finally {
      this.#deletions.delete(deletion)
    }
    return true
  }

  /** By what is past its time at once. An invalidation would also take what cachified makes next: its call began before. */
  async #writeOver(deletion: Deletion): Promise<void> {
    const { codec, entries, emit } = this.#inside.parts
    const value = await codec.encode('')
    // What was set meanwhile has written over it.
    if (deletion.isOvertaken) return
    const { text } = deletion
    const outcome = await entries.write(text, { value, tags: [], lifetime: OVER, start: entries.begin() })
    if (outcome.kind === 'failed') throw outcome.error
    emit({ name: 'deleted', kind: 'data', key: text })
  }

  #textOf(key: unknown): string {
    if (typeof key !== 'string') throw new InvalidKeyError(key, 'of cachified must be a string')
    return entryText(this.#inside, key)
  }

  /** What was set a moment ago may wait for Promises inside of it: as long as for the store. */
  async #settled(text: string): Promise<void> {
    const { flights, timeoutMs } = this.#inside.parts
    const flight = flights.get(text)
    if (flight === undefined) return
    const stored = flight.made.then(({ stored }) => stored)
    await within({ runtime, timeoutMs, late: undefined }, endOf(stored))
  }

  /** Whether it is stale by an invalidation; by its time alone cachified judges it itself. */
  #isSoft({ entry }: Found): boolean {
    const { entries } = this.#inside.parts
    return outside(() => entries.freshnessOf({ ...entry, lifetime: undefined })) !== 'fresh'
  }

  #localEntry({ metadata, value }: CacheEntry, isSoft: boolean): CacheEntry {
    const own = { ...metadata, createdTime: metadata.createdTime + this.#currentSkewMs() }
    return { metadata: isSoft ? softened(own, runtime.wallMs()) : own, value }
  }

  async #give(text: string, key: string, entry: CacheEntry): Promise<HandedOver> {
    const { codec, flights, defaults } = this.#inside.parts
    const { metadata, value } = entry
    const { tags } = settingsOf({ tags: this.#options.tags?.(key) }, defaults)
    const start = this.#makings.startOf(text, metadata.createdTime)
    const kept = this.#handedOut.find(text, entry)
    const createdTime = metadata.createdTime - this.#currentSkewMs()
    const { encoded, copy } = codec.snapshot({ metadata: { ...storedMetadata(metadata), createdTime }, value })
    let handOver = (_handedOver: Promise<HandedOver>): void => {}
    const handedOver = new Promise<HandedOver>((resolve) => (handOver = resolve))
    // So that a shutdown waits for it, and whatever is called later for the key overtakes it.
    const flight = flights.begin({ key: text, start, tags }, async () => ({
      value: entry,
      copy,
      stored: endOf(handedOver),
    }))
    handOver(this.#handOver(flight, { text, metadata, tags, encoded, kept }))
    return await handedOver
  }

  async #handOver(flight: Flight, { text, metadata, tags, encoded, kept }: Given): Promise<HandedOver> {
    const { entries, emit } = this.#inside.parts
    const value = await encoded
    // What others have invalidated before is known to whoever made it.
    await entries.refresh()
    if (flight.isOutdated) return {}
    const { start } = flight
    const nowMs = runtime.wallMs()
    const { staleIfErrorMs, write } = this.#options
    const lifetime = lifetimeOf(metadata, { ageMs: nowMs - metadata.createdTime, staleIfErrorMs })
    const madeAt = Math.min(metadata.createdTime, nowMs) - this.#currentSkewMs()
    const knowledge = kept ?? knowingUpTo(madeAt - CLOCK_BOUND_MS, entries.knowledgeOf(text, tags, start))
    const entry = { value, tags, lifetime, start, knowledge }
    const handedOver = write === 'await' ? { outcome: entries.write(text, entry) } : {}
    if (write === 'await' || entries.writeBehind(text, entry)) emit({ name: 'set', kind: 'data', key: text })
    return handedOver
  }

  /** By how much this machine's clock is ahead of the store's, in ms: times are stored by the latter, which all share. */
  #currentSkewMs(): number {
    const measured = this.#inside.parts.skewMs()
    if (Math.abs(measured - this.#skewMs) >= MIN_SKEW_MS) this.#skewMs = Math.round(measured)
    return this.#skewMs
  }
}

/** What was invalidated so long before its making that no clock can be wrong about it, the making knew. */
function knowingUpTo(stamp: number, { seen, known, order }: Knowledge): Knowledge {
  const atLeast = (own: number): number => (stamp > own ? stamp : own)
  return { seen: atLeast(seen), order, known: known?.map(([subject, own]) => [subject, atLeast(own)] as const) }
}

/** Resolves when it has ended, however. */
async function endOf(work: Promise<unknown>): Promise<void> {
  await work.catch(() => {})
}
