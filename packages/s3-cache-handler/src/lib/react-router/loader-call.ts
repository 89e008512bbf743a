import { adviseOnce } from '../advise-once.ts'
import { BodyValue, isBodyValue } from '../data/body-value.ts'
import type { RememberContext } from '../data/data-cache.ts'
import { discard, keptBody, withBody } from '../http/kept-body.ts'
import { headOf, type StoredResponse, toResponse } from '../http/stored-response.ts'
import { isAnswer, isDataWithInit, isDeferredData, isShareable, storableData } from './loader-results.ts'

/** It lives by what the options say, and not by its head. */
const BY_OPTIONS = { ttl: 0, swr: 0, staleIfError: 0 }

/** What a loader came to, for the one who waits for it. */
interface Outcome {
  readonly kind: 'returned' | 'thrown'
  readonly value: unknown
}

export interface LoaderCallParts {
  /** @param signal Given where the result is for others, too: whoever leaves, it goes on. */
  readonly load: (signal?: AbortSignal) => Promise<unknown>
  /** What is there must not be served any more. */
  readonly forget: () => void
  readonly maxBytes: number
}

/** One call of a loader that is cached. What it gives for one alone is not shared with others who ask meanwhile. */
export class LoaderCall {
  readonly #parts: LoaderCallParts
  #hasBegun = false
  #own: Outcome | undefined
  /** What the loader has returned. */
  returned: unknown

  constructor(parts: LoaderCallParts) {
    this.#parts = parts
  }

  async answer(remember: (make: (context: RememberContext) => Promise<unknown>) => Promise<unknown>): Promise<unknown> {
    let value: unknown
    try {
      value = await remember((context) => this.#make(context))
    } catch (error) {
      // Who made it has it: a Response can be read once.
      if (error instanceof Response && !this.#hasBegun) return await this.#parts.load()
      throw error
    }
    if (this.#own?.kind === 'thrown') throw this.#own.value
    if (this.#own !== undefined) return this.#own.value
    if (value === undefined) return await this.#parts.load()
    if (!isBodyValue(value)) return value
    const whole = await (value as StoredResponse).whole.catch(() => undefined)
    return whole === undefined ? await this.#parts.load() : toResponse(whole)
  }

  /** Undefined for what others must not be given. */
  async #make({ background, signal, stale }: RememberContext): Promise<unknown> {
    this.#hasBegun = true
    const outcome = await this.#outcome(signal)
    const { kind, value } = outcome
    if (!background) this.#own = outcome
    if (kind === 'thrown' || !isShareable(value)) {
      // What is there is gone, or has become one person's.
      if (stale !== undefined && isAnswer(value)) this.#parts.forget()
      return undefined
    }
    this.returned = value
    if (value instanceof Response) return this.#toBody(value, background)
    return isDataWithInit(value) ? storableData(value) : value
  }

  /** What is thrown and is no answer is thrown on: there may be something stale to serve in its place. */
  async #outcome(signal: AbortSignal): Promise<Outcome> {
    try {
      const value = await this.#parts.load(signal)
      if (isDeferredData(value)) adviseOnce('S3_CACHE_DEFERRED_DATA', DEFERRED_ADVICE)
      return { kind: 'returned', value }
    } catch (error) {
      if (!isAnswer(error)) throw error
      return { kind: 'thrown', value: error }
    }
  }

  #toBody(response: Response, isUnread: boolean): StoredResponse {
    const { stream, whole } = keptBody(response, this.#parts.maxBytes)
    if (isUnread) discard(stream)
    else this.#own = { kind: 'returned', value: withBody(response, stream) }
    const head = headOf(response, BY_OPTIONS)
    return new BodyValue(
      head,
      whole.then((bytes) => ({ head, bytes })),
    )
  }
}

const DEFERRED_ADVICE =
  'A loader that is cached has returned defer(…), which can be used once only, and is not stored. With single fetch ' +
  '(future.v3_singleFetch) return the object itself, with its Promises'
