/** Runs one load a key at a time: who asks while one is under way gets its result. */
export class SingleFlight<T> {
  readonly #pending = new Map<string, Promise<T>>()

  run(key: string, load: () => Promise<T>): Promise<T> {
    const pending = this.#pending.get(key)
    if (pending !== undefined) return pending
    const current = load().finally(() => {
      if (this.#pending.get(key) === current) this.#pending.delete(key)
    })
    this.#pending.set(key, current)
    return current
  }

  /** How many loads are under way. */
  get size(): number {
    return this.#pending.size
  }

  /** Lets the next caller load anew, because what is under way may be out of date. */
  forget(key: string): void {
    this.#pending.delete(key)
  }
}
