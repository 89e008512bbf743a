import { onBehalf } from '../cause.ts'
import type { Emit } from '../cache-events.ts'
import { RecursiveRememberError } from '../data-errors.ts'
import { asError } from '../errors.ts'
import type { Leases } from '../leases/leases.ts'
import type { Refreshes } from '../leases/refreshes.ts'
import { MAX_TIMER_MS } from '../options/option-table.ts'
import { within } from '../within.ts'
import type { DataRuntime } from './data-runtime.ts'
import type { RememberContext, RememberOptions } from './data-cache.ts'
import type { DataEntries } from './data-entries.ts'
import { checkedTags, type ResolvedDefaults, ttlSeconds } from './data-options.ts'
import type { DataReader } from './data-reader.ts'
import { type EntrySettings, lifetimeOf, settingsOf } from './data-settings.ts'
import type { DataValue } from './data-value.ts'
import { toSeconds } from './duration.ts'
import { findPresent, type Present } from './find-present.ts'
import { board, type Flight, type Flights, type Made } from './flights.ts'
import { makeOnce } from './make-once.ts'
import { isOn, lockOf, type LockSeconds, shouldStore, withoutStoring } from './remember-options.ts'
import type { ValueCodec } from './value-codec.ts'

export interface RememberParts {
  readonly entries: DataEntries
  readonly reader: DataReader
  readonly codec: ValueCodec
  readonly flights: Flights
  readonly leases: Leases
  readonly refreshes: Refreshes
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
    const present = isForced ? undefined : await findPresent(this.#parts, call)
    if (present?.use === 'fresh') return present.value
    if (present?.use === 'stale') {
      this.#refreshBehind(call, present)
      return present.value
    }
    // Who is forced has not read, and must know what a read knows of invalidations.
    if (isForced) await this.#parts.entries.refresh()
    signal?.throwIfAborted()
    return isForced ? await this.#boardNew(call, undefined, { isForced }) : await this.#answer(call, present)
  }

  #refreshBehind<T>(call: Call<T>, present: Present<T>): void {
    if (this.#parts.flights.get(call.key) !== undefined) return
    if (call.lock === undefined) {
      this.#departBehind(call, present)
      return
    }
    const work = this.#refreshInTurn(call, present)
    call.options.waitUntil?.(work)
  }

  #departBehind<T>(call: Call<T>, present: Present<T>): Flight {
    const { emit } = this.#parts
    const { key } = call
    const flight = this.#depart(call, present, { isBackground: true })
    // It goes on whoever leaves.
    flight.waiting++
    flight.made.catch((error: unknown) => emit({ name: 'remake-failed', kind: 'data', key, error: asError(error) }))
    return flight
  }

  /** Leaves it to another process where one is at it: whoever asked has been answered with what is stale. */
  async #refreshInTurn<T>(call: Call<T>, present: Present<T>): Promise<void> {
    const { refreshes, entries, flights } = this.#parts
    const { key } = call
    const turn = await onBehalf(() => refreshes.begin(entries.objectKey(key), present.lastModified))
    if (turn.kind === 'others') return
    // Whose turn it was before may have ended a moment ago.
    const there = await findPresent(this.#parts, call, { isQuiet: true, mustAsk: true }).catch(() => undefined)
    if (there?.use === 'fresh' || flights.get(key) !== undefined) return await onBehalf(turn.leave)
    await this.#endOf(key, this.#departBehind(call, present))
    await onBehalf(turn.end)
  }

  async #answer<T>(call: Call<T>, present: Present<T> | undefined): Promise<T> {
    const { runtime, emit } = this.#parts
    const { key, options, timeoutMs } = call
    if (present?.use !== 'fallback') return await this.#board(call, present)
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
        const there = await findPresent(this.#parts, call, { isQuiet: true })
        return there?.use === 'fresh' ? this.#unstored(there.value) : undefined
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
