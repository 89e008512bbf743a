import type { Emit } from '../cache-events.ts'
import { RecursiveRememberError } from '../data-errors.ts'
import { asError } from '../errors.ts'
import type { Leases } from '../leases/leases.ts'
import { MAX_TIMER_MS } from '../options/option-table.ts'
import type { DataRuntime } from './data-runtime.ts'
import type { RememberContext, RememberOptions } from './data-cache.ts'
import type { DataEntries } from './data-entries.ts'
import { checkedTags, type ResolvedDefaults, ttlSeconds } from './data-options.ts'
import type { DataReader } from './data-reader.ts'
import { type EntrySettings, lifetimeOf, settingsOf } from './data-settings.ts'
import type { DataValue } from './data-value.ts'
import { toSeconds } from './duration.ts'
import { board, type Flight, type Flights, type Made } from './flights.ts'
import { makeOnce } from './make-once.ts'
import { isOn, lockOf, type LockSeconds, shouldStore, staleAtOf, validate, withoutStoring } from './remember-options.ts'
import { within } from '../within.ts'
import type { ValueCodec } from './value-codec.ts'

export interface RememberParts {
  readonly entries: DataEntries
  readonly reader: DataReader
  readonly codec: ValueCodec
  readonly flights: Flights
  readonly leases: Leases
  readonly hasConditionalPut: () => Promise<boolean>
  readonly emit: Emit
  readonly runtime: DataRuntime
  readonly now: () => number
  readonly defaults: ResolvedDefaults
}

type Make<T> = (context: RememberContext) => T | Promise<T>

/** One call of `remember`, with its options read. */
interface Call<T> {
  readonly key: string
  readonly make: Make<T>
  readonly options: RememberOptions<T>
  readonly settings: EntrySettings
  readonly lock: LockSeconds | undefined
  readonly timeoutMs: number | undefined
}

interface DepartOptions {
  /** Somebody has been answered already. */
  readonly isBackground?: boolean
  /** Whatever is there, and whoever makes it elsewhere. */
  readonly isForced?: boolean
}

/** What is there, and what it may be used for. */
interface Present<T> {
  readonly value: T
  readonly isFresh: boolean
  /** Whether it may be served while a new one is made. */
  readonly isServable: boolean
  /** Whether it may be served where making a new one fails. */
  readonly isFallback: boolean
}

/** Answers from the cache, and makes what is not there: once a process for all who ask meanwhile. */
export class Remember {
  readonly #parts: RememberParts

  constructor(parts: RememberParts) {
    this.#parts = parts
  }

  async run<T>(key: string, make: Make<T>, options: RememberOptions<T>): Promise<T> {
    const call = callOf(key, make, options, this.#parts.defaults)
    const { signal } = options
    signal?.throwIfAborted()
    if (isOn(options.bypass)) return await make(withoutStoring(signal))
    const isForced = isOn(options.forceFresh)
    const present = isForced ? undefined : await this.#find(call)
    if (present?.isFresh === true) return present.value
    if (present?.isServable === true) {
      this.#refreshBehind(call, present)
      return present.value
    }
    // Who is forced has not read, and must know what a read knows of invalidations.
    if (isForced) await this.#parts.entries.refresh()
    signal?.throwIfAborted()
    return isForced ? await this.#boardNew(call, undefined, { isForced }) : await this.#answer(call, present)
  }

  async #find<T>({ key, options, settings }: Call<T>, isQuiet = false): Promise<Present<T> | undefined> {
    const { reader, now } = this.#parts
    const found = await reader.find(key, { isQuiet })
    const valid = found && (await validate(found, options.schema))
    if (found === undefined || valid === undefined) return undefined
    const pastMs = now() - staleAtOf(found)
    const isStale = options.isStale?.(valid.value) === true
    // What was invalidated softly is within its time, and served while a new one is made.
    const isWithin = (seconds: number): boolean => (isStale ? seconds > 0 : pastMs <= seconds * 1000)
    return {
      value: valid.value,
      isFresh: found.state === 'fresh' && !isStale,
      isServable: isWithin(settings.swr),
      isFallback: isWithin(Math.max(settings.swr, settings.staleIfError)),
    }
  }

  #refreshBehind<T>(call: Call<T>, present: Present<T>): void {
    const { flights, emit } = this.#parts
    const { key } = call
    if (flights.get(key) !== undefined) return
    const flight = this.#depart(call, present, { isBackground: true })
    // It goes on whoever leaves.
    flight.waiting++
    flight.made.catch((error: unknown) => emit({ name: 'remake-failed', kind: 'data', key, error: asError(error) }))
  }

  async #answer<T>(call: Call<T>, present: Present<T> | undefined): Promise<T> {
    const { runtime, emit } = this.#parts
    const { key, options, timeoutMs } = call
    if (present?.isFallback !== true) return await this.#board(call, present)
    const fresh = this.#board(call, present).catch((error: unknown) => {
      if (options.signal?.aborted === true) throw error
      emit({ name: 'remake-failed', kind: 'data', key, error: asError(error) })
      return present.value
    })
    if (timeoutMs === undefined) return await fresh
    return await within({ runtime, timeoutMs, late: present.value }, fresh)
  }

  /** Joins who makes it already, unless that began before something that is known now. */
  async #board<T>(call: Call<T>, present: Present<T> | undefined): Promise<T> {
    const { flights, entries, emit } = this.#parts
    const { key, options, settings } = call
    const flying = flights.get(key)
    const isJoinable =
      flying !== undefined && !entries.isOvertaken(key, [...settings.tags, ...flying.tags], flying.start)
    if (!isJoinable) return await this.#boardNew(call, present)
    if (flights.isAround(flying)) throw new RecursiveRememberError(key)
    emit({ name: 'deduplicated', kind: 'data', key })
    const { copy } = await flights.join(flying, options.signal)
    return (await copy()) as T
  }

  async #boardNew<T>(call: Call<T>, present: Present<T> | undefined, options: DepartOptions = {}): Promise<T> {
    const { value } = await board(this.#depart(call, present, options), call.options.signal)
    return value as T
  }

  #depart<T>(call: Call<T>, present: Present<T> | undefined, options: DepartOptions): Flight {
    const { flights, entries } = this.#parts
    const { key, settings, lock } = call
    const { isBackground = false, isForced = false } = options
    const flight = flights.begin({ key, start: entries.begin(), tags: settings.tags }, (flight) => {
      const makeHere = (): Promise<Made> => this.#make(call, flight, { stale: present?.value, isBackground })
      if (lock === undefined || isForced || present !== undefined) return makeHere()
      const look = async (): Promise<Made | undefined> => {
        const there = await this.#find(call, true)
        return there?.isFresh === true ? this.#unstored(there.value) : undefined
      }
      return makeOnce(this.#parts, { key, lock, signal: flight.abort.signal, look, makeHere })
    })
    call.options.waitUntil?.(this.#endOf(key, flight))
    return flight
  }

  /** Resolves when the value is stored, or it is known that none will be. */
  async #endOf(key: string, flight: Flight): Promise<void> {
    try {
      const { stored } = await flight.made
      await stored
      await this.#parts.entries.settled(key)
    } catch {
      // Whoever waits for the value is told.
    }
  }

  async #make<T>(
    { key, make, options, settings }: Call<T>,
    flight: Flight,
    { stale, isBackground }: { readonly stale: unknown; readonly isBackground: boolean },
  ): Promise<Made> {
    const { codec, flights } = this.#parts
    const own: { ttl?: number } = {}
    const context: RememberContext = {
      signal: flight.abort.signal,
      background: isBackground,
      stale,
      setTags: (...tags) => void (flight.tags = [...new Set([...flight.tags, ...checkedTags('setTags', tags)])]),
      setTtl: (ttl) => void (own.ttl = ttlSeconds('setTtl', ttl)),
    }
    const value = await flights.run(flight, () => make(context))
    const wanted = shouldStore(value, options)
    if (wanted === false) return this.#unstored(value)
    const final = settingsOf(wanted, { ...settings, ...own, tags: flight.tags })
    if (final.ttl === 0) return this.#unstored(value)
    const { encoded, copy } = codec.snapshot(value, final.contentType ?? settings.contentType)
    return { value, copy, stored: this.#storeBehind(key, encoded, final, flight) }
  }

  async #storeBehind(key: string, encoded: Promise<DataValue>, settings: EntrySettings, flight: Flight): Promise<void> {
    const { entries, emit } = this.#parts
    try {
      const value = await encoded
      if (flight.isOutdated) return
      const entry = { value, tags: settings.tags, lifetime: lifetimeOf(settings), start: flight.start }
      if (entries.writeBehind(key, entry)) emit({ name: 'set', kind: 'data', key })
    } catch (error) {
      emit({ name: 'not-stored', kind: 'data', key, error: asError(error) })
    }
  }

  #unstored(value: unknown): Made {
    // Only where somebody asks for a copy.
    const copy = (): Promise<unknown> => this.#parts.codec.snapshot(value).copy()
    return { value, copy, stored: undefined }
  }
}

/** Throws for options that are wrong, before anything has begun. */
function callOf<T>(key: string, make: Make<T>, options: RememberOptions<T>, defaults: ResolvedDefaults): Call<T> {
  const { lock, timeout } = options
  return {
    key,
    make,
    options,
    settings: settingsOf(options, defaults),
    lock: lockOf(lock),
    timeoutMs: timeout === undefined ? undefined : Math.min(toSeconds('timeout', timeout) * 1000, MAX_TIMER_MS),
  }
}
