import type { Emit } from '../cache-events.ts'
import { messageOf } from '../errors.ts'
import type { DataEntries } from './data-entries.ts'
import type { DataEntry } from './data-value.ts'
import type { ValueCodec } from './value-codec.ts'

export interface DataReaderParts {
  readonly entries: DataEntries
  readonly codec: ValueCodec
  readonly emit: Emit
  /** The store's time, in ms since the Unix epoch. */
  readonly now: () => number
  readonly failOpen: boolean
  readonly purgeExpiredOnRead: boolean
}

/** A value that is there. */
export interface Found {
  readonly value: unknown
  readonly entry: DataEntry
  /** Of its object; undefined while that is on its way. */
  readonly etag: string | undefined
  readonly state: 'fresh' | 'stale'
}

export interface FindOptions {
  /** Of no interest to who counts hits and misses. */
  readonly isQuiet?: boolean
  /** Whether the store is asked, whatever memory has. */
  readonly mustAsk?: boolean
}

/** Reads entries as values. */
export class DataReader {
  readonly #parts: DataReaderParts

  constructor(parts: DataReaderParts) {
    this.#parts = parts
  }

  /** Undefined for a miss. Rejects where the store fails and `failOpen` is off. */
  async find(key: string, { isQuiet = false, mustAsk = false }: FindOptions = {}): Promise<Found | undefined> {
    const { entries, codec, now, failOpen } = this.#parts
    const emit: Emit = isQuiet ? () => {} : this.#parts.emit
    const askedMs = performance.now()
    const read = await entries.read(key, { mustAsk })
    const elapsed = (): number => performance.now() - askedMs
    if (read.kind === 'missing') {
      emit({ name: 'miss', kind: 'data', key, reason: read.reason, durationMs: elapsed() })
      if (read.error !== undefined && !failOpen) throw read.error
      if (read.reason === 'expired') this.#purge(key)
      return undefined
    }
    const { entry, etag, freshness, tier } = read
    try {
      const value = codec.decode(entry.value)
      const state = freshness === 'fresh' ? 'fresh' : 'stale'
      const ageMs = now() - entry.lastModified
      emit({ name: 'hit', kind: 'data', key, tier, freshness: state, ageMs, durationMs: elapsed() })
      return { value, entry, etag, state }
    } catch (error) {
      this.#parts.emit({ name: 'corrupt', objectKey: entries.objectKey(key), reason: messageOf(error) })
      emit({ name: 'miss', kind: 'data', key, reason: 'failed', durationMs: elapsed() })
      return undefined
    }
  }

  /** In the background, and only what is expired still: somebody may have stored a new one meanwhile. */
  #purge(key: string): void {
    const { entries, purgeExpiredOnRead } = this.#parts
    // What fails is reported by the store's wrapper, and tried again by the next read.
    if (purgeExpiredOnRead) void entries.deleteExpired(key).catch(() => {})
  }
}
