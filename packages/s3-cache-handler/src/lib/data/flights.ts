import { asError } from '../errors.ts'
import type { RenderStart } from '../tags/tag-view.ts'

/** What was made: the value itself for who asked first, and copies for who came after. */
export interface Made {
  readonly value: unknown
  /** A copy that shares nothing with the value, where it can be stored; else the value. */
  readonly copy: () => Promise<unknown>
  /** Resolves when it is on its way to the store, or is known not to be stored. */
  readonly stored: Promise<void>
}

/** A value that is being made. */
export interface Flight {
  readonly made: Promise<Made>
  /** What was known of invalidations when it began. */
  readonly start: RenderStart
  readonly abort: AbortController
  /** How many wait for it. */
  waiting: number
  /** Deleted while it was made: it is not to be stored, and nobody else is to get it. */
  isOutdated: boolean
}

/** The values that are being made in this process, one a key. */
export class Flights {
  readonly #flights = new Map<string, Flight>()

  get(key: string): Flight | undefined {
    return this.#flights.get(key)
  }

  /** From now on others share it. What it replaces is finished for those who wait for it. */
  begin(key: string, start: RenderStart, make: (flight: Flight) => Promise<Made>): Flight {
    const flight: { made?: Promise<Made> } & Omit<Flight, 'made'> = {
      start,
      abort: new AbortController(),
      waiting: 0,
      isOutdated: false,
    }
    const begun = flight as Flight
    this.#flights.set(key, begun)
    flight.made = make(begun).finally(() => {
      if (this.#flights.get(key) === begun) this.#flights.delete(key)
    })
    return begun
  }

  /** What is being made is not what there is any more. */
  outdate(isOutdated: (key: string) => boolean): void {
    for (const [key, flight] of this.#flights) {
      if (!isOutdated(key)) continue
      flight.isOutdated = true
      this.#flights.delete(key)
    }
  }
}

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
