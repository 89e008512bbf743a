import { currentCause, onBehalfOf } from '../cause.ts'

export interface WriteQueueOptions<Item, Outcome> {
  /** Writes one item. Never rejects: a failure is an outcome. */
  readonly write: (objectKey: string, item: Item) => Promise<Outcome>
  /** Bytes of items that may wait or be on their way; what comes above is refused. */
  readonly maxBytes: number
  /** Writes under way at once. */
  readonly concurrency: number
  readonly sizeOf: (item: Item) => number
}

interface Write<Item, Outcome> {
  readonly item: Item
  readonly bytes: number
  readonly cause: unknown
  /** Who waits for its outcome: of those that it took the place of, too. */
  readonly waiters: ((outcome: Outcome) => void)[]
}

/**
 * Writes behind the response: items wait here for their PUT and are readable meanwhile. One write a key at a time; of
 * several that wait for one key only the last is written.
 */
export class WriteQueue<Item, Outcome> {
  readonly #options: WriteQueueOptions<Item, Outcome>
  readonly #waiting = new Map<string, Write<Item, Outcome>>()
  readonly #running = new Map<string, Write<Item, Outcome>>()
  #bytes = 0
  /** Who waits for the queue to be empty. */
  #drains: (() => void)[] = []
  /** Who waits for one write or another to end. */
  #settlers: (() => void)[] = []

  constructor(options: WriteQueueOptions<Item, Outcome>) {
    this.#options = options
  }

  /** The newest on its way to this key. */
  get(objectKey: string): Item | undefined {
    return (this.#waiting.get(objectKey) ?? this.#running.get(objectKey))?.item
  }

  /** How many are on their way. */
  get size(): number {
    return this.#waiting.size + this.#running.size
  }

  /** What they hold, in bytes. */
  get bytes(): number {
    return this.#bytes
  }

  /**
   * Takes it in, to be stored over all that is on its way to the same key. The outcome is that of the last of those.
   * Undefined when the queue is full, and it will not be written.
   * @param isAwaited Its caller holds it and waits, so that it is never refused.
   */
  add(
    objectKey: string,
    item: Item,
    { isAwaited = false }: { readonly isAwaited?: boolean } = {},
  ): Promise<Outcome> | undefined {
    const bytes = this.#options.sizeOf(item)
    const replaced = this.#waiting.get(objectKey)
    const newBytes = bytes - (replaced?.bytes ?? 0)
    if (!isAwaited && this.#bytes + newBytes > this.#options.maxBytes) return undefined
    this.#bytes += newBytes
    return new Promise((resolve) => {
      const waiters = [...(replaced?.waiters ?? []), resolve]
      this.#waiting.set(objectKey, { item, bytes, cause: currentCause(), waiters })
      this.#start()
    })
  }

  /** Resolves when nothing is on its way to this key. */
  async settled(objectKey: string): Promise<void> {
    while (this.get(objectKey) !== undefined) {
      await new Promise<void>((resolve) => this.#settlers.push(resolve))
    }
  }

  /** Resolves when nothing is on its way, or after `timeoutMs`, with how many still are. */
  async drain(timeoutMs: number): Promise<number> {
    if (this.size === 0) return 0
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs)
      this.#drains.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
    return this.size
  }

  #start(): void {
    for (const [objectKey, write] of this.#waiting) {
      if (this.#running.size >= this.#options.concurrency) return
      if (this.#running.has(objectKey)) continue
      this.#waiting.delete(objectKey)
      this.#running.set(objectKey, write)
      void this.#run(objectKey, write)
    }
  }

  async #run(objectKey: string, write: Write<Item, Outcome>): Promise<void> {
    const outcome = await onBehalfOf(write.cause, () => this.#options.write(objectKey, write.item))
    this.#running.delete(objectKey)
    this.#bytes -= write.bytes
    this.#start()
    for (const resolve of write.waiters) resolve(outcome)
    for (const settled of this.#settlers.splice(0)) settled()
    if (this.size === 0) for (const drained of this.#drains.splice(0)) drained()
  }
}

/** Why one was refused. */
export const queueFull = (maxBytes: number): Error =>
  new Error(`More than "pendingMaxBytes" (${maxBytes}) wait to be written`)
