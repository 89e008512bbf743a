import { AsyncLocalStorage } from 'node:async_hooks'
import { asError } from '../errors.ts'
import { processWide } from '../registry.ts'
import type { RenderStart } from '../tags/tag-view.ts'

/** What was made: the value itself for who asked first, and copies for who came after. */
export interface Made {
  readonly value: unknown
  /** A copy that shares nothing with the value, where it can be stored; else the value. */
  readonly copy: () => Promise<unknown>
  /** Resolves when reads find it, or it is known not to be stored. Undefined where nothing is to be stored. */
  readonly stored: Promise<void> | undefined
}

/** A value on its way to the store. */
export interface Making {
  /** Overtaken by a later call for its key: it must not be stored. */
  isOutdated: boolean
}

/** A value that is being made, or that reads do not find yet. */
export interface Flight extends Making {
  readonly made: Promise<Made>
  /** What was known of invalidations when it began. */
  readonly start: RenderStart
  /** All that it is known to carry by now. */
  tags: readonly string[]
  readonly abort: AbortController
  /** How many wait for it. */
  waiting: number
  readonly work: Work
}

/**
 * What makes the value of a flight. Whatever it leaves running keeps this, which must not keep the flight: a promise keeps
 * the context that it began in, and so a function that calls itself again later would keep all that it ever made.
 */
interface Work {
  isDone: boolean
  /** What others do that it waits for. */
  readonly awaited: Set<Work>
}

export interface NewFlight {
  readonly key: string
  readonly start: RenderStart
  readonly tags: readonly string[]
}

/**
 * What that which runs now is a part of, or was when it began. One for all caches: on Node 20 each that was ever used makes
 * every promise of the process dearer, for ever.
 */
const inside = processWide('inside', () => new AsyncLocalStorage<readonly Work[]>())

/** Stands for the value that is being made by what runs now; undefined where none is. */
export const makingNow = (): object | undefined => inside.getStore()?.findLast(({ isDone }) => !isDone)

/** The values that are being made in this process. Of one key others may join the latest. */
export class Flights {
  readonly #flights = new Map<string, Flight>()
  readonly #makings = new Map<string, Set<Making>>()
  /** How many hold a key. */
  readonly #holds = new Map<string, number>()
  /** Who waits for all that is made to be encoded. */
  #drains: (() => void)[] = []

  get(key: string): Flight | undefined {
    const flight = this.#flights.get(key)
    return flight?.abort.signal.aborted === true ? undefined : flight
  }

  /** Runs what makes the value of a flight. */
  run<T>(flight: Flight, make: () => T): T {
    return inside.run([...this.#around(), flight.work], make)
  }

  /** Whether the flight waits for its caller, who must not wait for it: itself, or by others that it waits for. */
  isAround(flight: Flight): boolean {
    const around = this.#around()
    const reached = new Set([flight.work])
    for (const work of reached) {
      if (around.includes(work)) return true
      for (const next of work.awaited) reached.add(next)
    }
    return false
  }

  /** As {@link board}, for a flight that somebody else began. */
  async join(flight: Flight, signal: AbortSignal | undefined): Promise<Made> {
    const around = this.#around()
    for (const work of around) work.awaited.add(flight.work)
    try {
      return await board(flight, signal)
    } finally {
      for (const work of around) work.awaited.delete(flight.work)
    }
  }

  #around(): readonly Work[] {
    return (inside.getStore() ?? []).filter(({ isDone }) => !isDone)
  }

  /** From now on others share it. What it replaces is finished for those who wait for it, and not stored. */
  begin({ key, start, tags }: NewFlight, make: (flight: Flight) => Promise<Made>): Flight {
    const replaced = this.#flights.get(key)
    if (replaced !== undefined) replaced.isOutdated = true
    const isOutdated = this.#holds.has(key)
    const work: Work = { isDone: false, awaited: new Set() }
    const flight = { start, tags, abort: new AbortController(), waiting: 0, isOutdated, work } as Flight & {
      made: Flight['made']
    }
    const end = this.#track(key, flight)
    this.#flights.set(key, flight)
    flight.made = (async () => await make(flight))().finally(() => (work.isDone = true))
    flight.made.then(({ stored }) => (stored === undefined ? end() : stored.then(end)), end)
    return flight
  }

  /**
   * Makes what is to be stored over all that was called before for the key. Undefined where a later call has overtaken
   * it meanwhile.
   */
  async overtake<T>(key: string, make: () => Promise<T>): Promise<T | undefined> {
    this.#outdate(key)
    const making: Making = { isOutdated: false }
    const end = this.#track(key, making)
    try {
      const made = await make()
      if (making.isOutdated) return undefined
      this.#outdateFlights(key)
      return made
    } finally {
      end()
    }
  }

  /**
   * A flight that began before the end of the work is not stored: it would hide what the work has changed. A `set` that is
   * being made comes after it: else that of a counter would never be carried out while others count.
   */
  async hold<T>(key: string, work: () => Promise<T>): Promise<T> {
    this.#outdateFlights(key)
    this.#holds.set(key, (this.#holds.get(key) ?? 0) + 1)
    try {
      return await work()
    } finally {
      const left = (this.#holds.get(key) ?? 1) - 1
      if (left === 0) this.#holds.delete(key)
      else this.#holds.set(key, left)
      this.#outdateFlights(key)
    }
  }

  /** What is being made is not what there is any more. */
  outdate(isOutdated: (key: string) => boolean): void {
    for (const key of this.#makings.keys()) if (isOutdated(key)) this.#outdate(key)
  }

  /** How many keys have values that are being made. */
  get size(): number {
    return this.#makings.size
  }

  /** How many values are made and not with the writes yet: their encoding takes time. */
  get encoding(): number {
    const flights = [...this.#makings.values()].flatMap((makings) => [...makings]).filter(isFlight)
    return flights.filter(({ work, isOutdated }) => work.isDone && !isOutdated).length
  }

  /** Resolves when there is none, or after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    if (this.encoding === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs)
      this.#drains.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  #outdate(key: string): void {
    for (const making of this.#makings.get(key) ?? []) making.isOutdated = true
    this.#flights.delete(key)
  }

  /** They have found nothing of what was under way, and must not come after it. */
  #outdateFlights(key: string): void {
    for (const making of this.#makings.get(key) ?? []) if (isFlight(making)) making.isOutdated = true
    this.#flights.delete(key)
  }

  #track(key: string, making: Making): () => void {
    const makings = this.#makings.get(key) ?? new Set()
    this.#makings.set(key, makings.add(making))
    return () => {
      if (this.#flights.get(key) === making) this.#flights.delete(key)
      if (makings.delete(making) && makings.size === 0 && this.#makings.get(key) === makings) this.#makings.delete(key)
      if (this.#drains.length > 0 && this.encoding === 0) for (const drained of this.#drains.splice(0)) drained()
    }
  }
}

const isFlight = (making: Making): making is Flight => 'made' in making

/** Waits for a flight. When all who waited have given up, what it does is told to stop. */
export async function board(flight: Flight, signal: AbortSignal | undefined): Promise<Made> {
  flight.waiting++
  try {
    return await (signal === undefined ? flight.made : unlessAborted(flight.made, signal))
  } finally {
    flight.waiting--
    if (flight.waiting === 0 && signal?.aborted === true) flight.abort.abort(signal.reason)
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  return await new Promise((resolve, reject) => {
    const abort = (): void => reject(asError(signal.reason))
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
