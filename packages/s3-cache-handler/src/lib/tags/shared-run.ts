/**
 * Runs one task at a time, and shares it: who calls gets a run that began after the call. One that is under way may
 * have looked already where the caller needs it to look, so the caller waits for the next, together with all who call
 * meanwhile.
 */
export class SharedRun {
  readonly #task: () => Promise<void>
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(task: () => Promise<void>) {
    this.#task = task
  }

  run(): Promise<void> {
    if (this.#next !== undefined) return this.#next
    if (this.#running === undefined) return this.#start()
    this.#next = this.#running.then(noop, noop).then(() => {
      this.#next = undefined
      return this.#start()
    })
    return this.#next
  }

  #start(): Promise<void> {
    const current = this.#task().finally(() => {
      if (this.#running === current) this.#running = undefined
    })
    this.#running = current
    return current
  }
}

const noop = (): void => {}
