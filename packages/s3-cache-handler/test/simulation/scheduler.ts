/** More than any schedule needs: a loop that never ends is a failure, not a hang. */
const MAX_EVENTS = 200_000

interface Planned {
  readonly at: number
  readonly order: number
  run: (() => void) | undefined
}

/** A plan that can be called off. */
export interface Timer {
  cancel(): void
}

/**
 * Simulated time. Runs one event, then lets every promise that hangs on it continue to the end, then the next event:
 * the code under simulation does nothing but promises, so that a turn of the event loop settles them all.
 */
export class Scheduler {
  readonly #heap: Planned[] = []
  #count = 0
  #now = 0
  #isStopped = false

  /** Real time, in ms since the schedule began. No machine in it has a clock that is so good. */
  get now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): Timer {
    return this.at(this.#now + Math.max(0, ms), run)
  }

  at(time: number, run: () => void): Timer {
    const planned: Planned = { at: time, order: this.#count++, run }
    this.#push(planned)
    return { cancel: () => (planned.run = undefined) }
  }

  stop(): void {
    this.#isStopped = true
  }

  /** Runs until nothing is planned any more. */
  async run(): Promise<void> {
    let events = 0
    for (let next = this.#pop(); next !== undefined && !this.#isStopped; next = this.#pop()) {
      if (next.run === undefined) continue
      this.#now = next.at
      next.run()
      if (++events > MAX_EVENTS) throw new Error(`More than ${MAX_EVENTS} events`)
      await allPromises()
    }
  }

  #push(planned: Planned): void {
    const heap = this.#heap
    let index = heap.push(planned) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!isBefore(planned, heap[parent])) break
      heap[index] = heap[parent] ?? planned
      index = parent
    }
    heap[index] = planned
  }

  #pop(): Planned | undefined {
    const heap = this.#heap
    const [first] = heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++
      const smaller = heap[child]
      if (smaller === undefined || !isBefore(smaller, last)) break
      heap[index] = smaller
      index = child
    }
    heap[index] = last
    return first
  }
}

const isBefore = (one: Planned | undefined, other: Planned | undefined): boolean =>
  one !== undefined && other !== undefined && (one.at < other.at || (one.at === other.at && one.order < other.order))

const allPromises = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
