import type { RememberContext } from '../data/data-cache.ts'
import type { Framework } from './framework.ts'
import { discard, keptBody, withBody } from './kept-body.ts'
import type { Asked, Plan } from './plan.ts'
import { judgeResponse, type RefusalReason, tagsIn } from './storable.ts'
import { type StoredResponse, toStored } from './stored-response.ts'

/** What a request has made for itself. */
export interface OwnResponse {
  readonly response: Response
  /** Why it is not stored; undefined where it is, once it is whole. */
  readonly refusal: RefusalReason | undefined
}

export interface MakingParts {
  readonly asked: Asked
  readonly plan: Extract<Plan, { readonly kind: 'look' }>
  readonly framework: Framework
  /** What is there must not be served any more. */
  readonly forget: () => void
}

/** A server's answer that is a failure: what is stale may be served instead. */
export class FailedAnswer extends Error {
  readonly status: number

  constructor(status: number) {
    super(`the server answered with ${status}`)
    this.status = status
  }
}

/** Makes the response to one request, and the copy of it that is stored. */
export class Making {
  readonly #parts: MakingParts
  #isAnswered = false
  /** Tells the server that nobody reads what only one was to be given. */
  readonly #alone = new AbortController()
  /** Whether it is for this request to make it. */
  hasBegun = false
  /** What whoever waits for it is to be given, where nothing better is there. */
  own: OwnResponse | undefined
  /** What making it came to, while somebody waited. */
  failure: { readonly status: number | undefined } | undefined

  constructor(parts: MakingParts) {
    this.#parts = parts
  }

  /** From now on nobody reads what is made. */
  answered(): void {
    this.#isAnswered = true
  }

  /** Undefined for what others must not be given. */
  async make(context: RememberContext): Promise<StoredResponse | undefined> {
    const { plan, framework, forget } = this.#parts
    this.hasBegun = true
    const response = await this.#run(context)
    const isUnread = context.background || this.#isAnswered
    if (framework.isOtherKind(plan.of, response)) return this.#refuse(response, 'kind', isUnread)
    const verdict = judgeResponse(response, plan.rules)
    if (verdict.kind === 'refuse') {
      this.#refuse(response, verdict.reason, isUnread)
      if (response.status >= 500) throw this.#failed(context, new FailedAnswer(response.status))
      // What is there has become something that may not be kept, or is gone.
      // A 304 is to the one who asked: what they have may well be newer.
      if (context.stale !== undefined && response.status !== 304) forget()
      return undefined
    }
    context.setTags(...tagsIn(response.headers))
    const { stream, whole } = keptBody(response, plan.rules.maxBytes)
    if (isUnread) discard(stream)
    else this.own = { response: withBody(response, stream), refusal: undefined }
    return toStored(response, verdict.lifetime, whole)
  }

  async #run(context: RememberContext): Promise<Response> {
    try {
      const { asked, plan } = this.#parts
      return await asked.run({ signal: AbortSignal.any([context.signal, this.#alone.signal]), url: plan.url })
    } catch (error) {
      throw this.#failed(context, error)
    }
  }

  #failed<T>({ background }: RememberContext, error: T): T {
    if (!background) this.failure = { status: error instanceof FailedAnswer ? error.status : undefined }
    return error
  }

  #refuse(response: Response, refusal: RefusalReason, isUnread: boolean): undefined {
    if (isUnread) {
      this.#alone.abort()
      discard(response.body)
      return
    }
    this.own = { response, refusal }
    // It is theirs alone from here on, and may never end while they are there.
    const { signal } = this.#parts.asked.request
    const leave = (): void => this.#alone.abort(signal.reason)
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
  }
}
