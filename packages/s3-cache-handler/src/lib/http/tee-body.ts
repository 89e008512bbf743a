import { asError } from '../errors.ts'

/** A body that two read: who asked, at its own pace, and the cache, as fast as it comes. */
export interface TeedBody {
  /** The whole body, as it comes. Giving it up does not end the keeping. */
  readonly stream: ReadableStream<Uint8Array>
  /** All of it, once it has ended. Rejects where it is longer than `maxBytes`, breaks off, or is no bytes. */
  readonly whole: Promise<Buffer>
}

/**
 * Tees a body without holding more than `maxBytes` of it: one that is longer is kept no more from there on, and read from
 * its source no faster than who asked takes it. What the platform's own `tee` holds for the slower one has no bound.
 */
export function teeBody(source: ReadableStream<Uint8Array>, maxBytes: number): TeedBody {
  const reader = source.getReader()
  const kept = new Kept(maxBytes)
  let client: ReadableStreamDefaultController<Uint8Array> | undefined

  /** Hands one chunk over. Resolves with whether there may be more. */
  const pass = async (): Promise<boolean> => {
    try {
      const { done, value } = await reader.read()
      // Before it is handed over: who is given it may ask for the next one at once.
      if (!done) kept.add(value)
      if (done) client?.close()
      else client?.enqueue(value)
      return !done
    } catch (error) {
      client?.error(error)
      throw error
    }
  }

  const stream = new ReadableStream<Uint8Array>(
    {
      start: (controller) => void (client = controller),
      pull: async () => {
        // While it is kept, it comes without being asked for.
        if (kept.refusal !== undefined) await pass()
      },
      cancel: async (reason) => {
        client = undefined
        if (kept.refusal !== undefined) await reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )

  const keepAll = async (): Promise<Buffer> => {
    let isMore = true
    while (isMore && kept.refusal === undefined) isMore = await pass()
    return kept.whole()
  }
  const whole = keepAll().catch(async (error: unknown) => {
    // Nobody reads it any more.
    if (client === undefined) await reader.cancel(error).catch(() => {})
    throw asError(error)
  })
  whole.catch(() => {})
  return { stream, whole }
}

/** What has come of a body, up to a limit. */
class Kept {
  readonly #maxBytes: number
  #chunks: Buffer[] = []
  #bytes = 0
  /** Why nothing is kept any more. */
  refusal: Error | undefined

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add(chunk: unknown): void {
    if (this.refusal !== undefined) return
    this.refusal = this.#refusalOf(chunk)
    if (this.refusal !== undefined) {
      this.#chunks = []
    } else if (chunk instanceof Uint8Array) {
      this.#bytes += chunk.byteLength
      // A copy: whoever is given the chunk may do with it as they like.
      this.#chunks.push(Buffer.from(chunk))
    }
  }

  whole(): Buffer {
    if (this.refusal !== undefined) throw this.refusal
    return Buffer.concat(this.#chunks, this.#bytes)
  }

  #refusalOf(chunk: unknown): Error | undefined {
    if (!(chunk instanceof Uint8Array)) return new TypeError(`its body holds a ${typeof chunk}, and no bytes`)
    const isTooLong = this.#bytes + chunk.byteLength > this.#maxBytes
    return isTooLong ? new RangeError(`its body is longer than ${this.#maxBytes} bytes`) : undefined
  }
}
