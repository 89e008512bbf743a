import { ConflictError, NotANumberError } from '../data-errors.ts'
import type { Lifetime } from '../entry.ts'
import { ObjectStoreError } from '../object-store/object-store-error.ts'
import type { DataEntries, StoredNow } from './data-entries.ts'
import type { DataRuntime } from './data-runtime.ts'
import type { DataValue, Writes } from './data-value.ts'
import type { ValueCodec } from './value-codec.ts'

/** One after another, with growing pauses: far more than the processes of a fleet can take from each other. */
const MAX_ATTEMPTS = 100
const MAX_PAUSE_MS = 200
/** So many writes of others may come between a write and the look at what became of it. */
const REMEMBERED_WRITES = 64
/** Failures after which a write may have been carried out all the same. */
const MAX_UNANSWERED = 5
const UNANSWERED: readonly string[] = [
  'ERR_OBJECT_STORE_BUSY',
  'ERR_OBJECT_STORE_TIMEOUT',
  'ERR_OBJECT_STORE_UNREACHABLE',
]

export interface CounterParts {
  readonly entries: DataEntries
  readonly codec: ValueCodec
  readonly runtime: Pick<DataRuntime, 'id' | 'random' | 'pause'>
}

/** What a counter that is not there yet begins with. */
export interface NewCounter {
  readonly tags: readonly string[]
  readonly lifetime: Lifetime
}

interface Step {
  readonly by: number
  readonly resolve: (result: number) => void
  readonly reject: (error: unknown) => void
}

/**
 * Counting by conditional writes. The steps that wait in this process for one counter are one write, so that processes
 * are all that contend; and each write leaves its mark, so that one whose answer was lost is not counted twice.
 */
export class Counters {
  readonly #parts: CounterParts
  readonly #waiting = new Map<string, Step[]>()
  readonly #running = new Set<string>()

  constructor(parts: CounterParts) {
    this.#parts = parts
  }

  async add(key: string, by: number, born: NewCounter): Promise<number> {
    return await new Promise((resolve, reject) => {
      this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), { by, resolve, reject }])
      void this.#run(key, born)
    })
  }

  async #run(key: string, born: NewCounter): Promise<void> {
    if (this.#running.has(key)) return
    this.#running.add(key)
    for (let steps = this.#take(key); steps.length > 0; steps = this.#take(key)) {
      try {
        let result = await this.#write(key, steps, born)
        for (const { by, resolve } of steps) resolve((result += by))
      } catch (error) {
        for (const { reject } of steps) reject(error)
      }
    }
    this.#running.delete(key)
  }

  #take(key: string): Step[] {
    const steps = this.#waiting.get(key) ?? []
    this.#waiting.delete(key)
    return steps
  }

  /** Resolves with the number that the steps began from. */
  async #write(key: string, steps: readonly Step[], born: NewCounter): Promise<number> {
    const { runtime, entries } = this.#parts
    const id = runtime.id()
    let unanswered = 0
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      if (attempt > 0) await runtime.pause(runtime.random() * Math.min(MAX_PAUSE_MS, 5 * 2 ** attempt))
      // Else an entry that knows nothing of another process's clear would be dead for all who do.
      await entries.refresh(0)
      const stored = await entries.readStored(key)
      const start = entries.begin()
      const { number, writes } = this.#current(key, stored)
      const [, counted] = writes.find(([written]) => written === id) ?? []
      if (counted !== undefined) return counted
      const result = steps.reduce((total, { by }) => total + by, number)
      const value = await this.#encode(result, [...writes.slice(1 - REMEMBERED_WRITES), [id, number]])
      const next = stored.kind === 'fresh' ? { ...stored.entry, value } : { ...born, value, start }
      const condition = stored.kind === 'absent' ? ({ ifNoneMatch: '*' } as const) : { ifMatch: stored.etag }
      const outcome = await entries.writeIf(key, next, condition)
      if (outcome.kind === 'stored') return number
      if (outcome.kind === 'failed' && (!mayBeDone(outcome.error) || ++unanswered > MAX_UNANSWERED)) throw outcome.error
    }
    throw new ConflictError('inc', key)
  }

  #current(key: string, stored: StoredNow): { readonly number: number; readonly writes: Writes } {
    if (stored.kind !== 'fresh') return { number: 0, writes: [] }
    const { value } = stored.entry
    const number = this.#parts.codec.decode(value)
    if (typeof number !== 'number') throw new NotANumberError(key, number)
    return { number, writes: value.writes ?? [] }
  }

  async #encode(number: number, writes: Writes): Promise<DataValue & { readonly writes: Writes }> {
    return { ...(await this.#parts.codec.encode(number)), writes }
  }
}

const mayBeDone = (error: Error): boolean => error instanceof ObjectStoreError && UNANSWERED.includes(error.code)
