import { adviseOnce } from '../advise-once.ts'
import type { Whole } from '../data/body-value.ts'
import type { CacheEntry, EntryUse, S3Cache } from '../data/data-cache.ts'
import { RecursiveRememberError } from '../data-errors.ts'
import { deliverMade, deliverStored, type Delivery } from './deliver.ts'
import type { Framework } from './framework.ts'
import { discard } from './kept-body.ts'
import { FailedAnswer, Making, type OwnResponse } from './making.ts'
import { pageTag } from './page-tag.ts'
import { type Asked, type Plan, planOf } from './plan.ts'
import type { ResolvedResponseOptions } from './response-options.ts'
import { lifetimeOf, type ResponseHead, type StoredResponse } from './stored-response.ts'

/** What is needed of the cache behind the answers. */
export type CacheBehind = Pick<S3Cache, 'remember' | 'getEntry' | 'delete' | 'revalidateTag'>

export interface AnswersParts {
  readonly cache: CacheBehind
  readonly options: ResolvedResponseOptions
  readonly framework: Framework
}

type Look = Extract<Plan, { readonly kind: 'look' }>

/** How a response that nobody else is given came to be. */
interface Forwarding extends Pick<Delivery, 'audience'> {
  readonly why: 'bypass' | 'uri-miss'
  readonly detail: string | undefined
  readonly of: Plan['of']
}

/** An entry as it was read, and the store's time then. */
interface Read {
  readonly entry: CacheEntry<StoredResponse>
  readonly now: number
}

/** Answers requests from the cache, and has those answered that it cannot answer. */
export class Answers {
  readonly #parts: AnswersParts

  constructor(parts: AnswersParts) {
    this.#parts = parts
  }

  /** Rejects with what the server behind throws, and with InvalidOptionError for what a function of the options returns. */
  async answer(asked: Asked): Promise<Response> {
    const { options, framework } = this.#parts
    const { method } = asked.request
    if (method !== 'GET' && method !== 'HEAD') return await asked.run()
    const plan = planOf(asked, options, framework)
    if (plan.kind === 'pass-by') return await this.#passBy(asked, plan)
    return method === 'GET' ? await this.#get(asked, plan) : await this.#head(asked, plan)
  }

  /** Takes all that belongs to a page's URL out, in all processes. Rejects as `revalidateTag` does. */
  async purge(url: URL): Promise<void> {
    const { cache, framework, options } = this.#parts
    await cache.revalidateTag(pageTag(framework.pageOf(url), options))
  }

  async #get(asked: Asked, plan: Look): Promise<Response> {
    const { cache, framework, options } = this.#parts
    const { key, tags } = plan
    const forget = (): void => void cache.delete(key).catch(() => {})
    const making = new Making({ asked, plan, framework, forget })
    const reads = new Map<unknown, Read>()
    const judge = (entry: CacheEntry<StoredResponse | undefined>, now: number): EntryUse => {
      const read = { entry: entry as CacheEntry<StoredResponse>, now }
      reads.set(entry.value, read)
      return useOf(read)
    }
    let value: StoredResponse | undefined
    try {
      value = await cache.remember<StoredResponse | undefined>(key, (context) => making.make(context), {
        ttl: 0,
        tags,
        judge,
        shouldCache: (made) => (made === undefined ? false : (lifetimeOf(made) ?? false)),
        lock: options.lock,
        ...(options.timeout !== undefined && { timeout: options.timeout }),
        signal: asked.request.signal,
      })
    } catch (error) {
      // Below another on the same cache, which makes this response and must see what the handler says.
      if (error instanceof RecursiveRememberError && !making.hasBegun) return await asked.run()
      // Not where others have failed for whom this one waited, or the cache itself has.
      const isOurs = making.hasBegun && !(error instanceof FailedAnswer)
      if (isOurs || asked.request.signal.aborted) throw error
    } finally {
      making.answered()
    }
    const read = value && reads.get(value)
    if (value !== undefined && read !== undefined) return await this.#deliverRead(asked, read, making)
    if (making.own !== undefined) return this.#deliverOwn(asked, plan, making.own)
    const whole = await value?.whole.catch(() => undefined)
    return whole === undefined ? await this.#alone(asked, plan) : this.#deliverShared(asked, whole)
  }

  /** A HEAD makes nothing: it has no body to keep. */
  async #head(asked: Asked, { key, of }: Look): Promise<Response> {
    const entry = await this.#parts.cache.getEntry<StoredResponse>(key).catch(() => undefined)
    // Only at the edge of its time does it matter whose clock this is.
    const read = entry && { entry, now: Date.now() }
    if (read !== undefined && ['fresh', 'stale'].includes(useOf(read))) return await this.#deliverRead(asked, read)
    return await this.#alone(asked, { of })
  }

  async #deliverRead(asked: Asked, { entry, now }: Read, making?: Making): Promise<Response> {
    discard(making?.own?.response.body)
    const age = Math.max(0, Math.floor((now - entry.createdAt) / 1000))
    const ttl = Math.floor((entry.staleAt - now) / 1000)
    const status: Delivery['status'] =
      making?.failure === undefined
        ? // What was invalidated softly is stale within its time.
          { kind: 'hit', ttl: entry.state === 'stale' ? Math.min(-1, ttl) : ttl }
        : { kind: 'forwarded', why: 'stale', status: making.failure.status, detail: 'stale-if-error' }
    return deliverStored(await entry.value.whole, age, this.#delivery(asked, status, 'public'))
  }

  #deliverShared(asked: Asked, whole: Whole<ResponseHead>): Response {
    const status = { kind: 'forwarded', why: 'uri-miss', status: whole.head.status, isCollapsed: true } as const
    return deliverStored(whole, undefined, this.#delivery(asked, status, 'public'))
  }

  #deliverOwn(asked: Asked, { of }: Look, { response, refusal }: OwnResponse): Response {
    const audience = refusal === undefined ? 'public' : audienceOf(response)
    return this.#forwarded(asked, response, { why: 'uri-miss', detail: refusal, of, audience })
  }

  /** What nobody else is given. */
  async #alone(asked: Asked, { of }: Pick<Look, 'of'>): Promise<Response> {
    const response = await asked.run()
    return this.#forwarded(asked, response, { why: 'uri-miss', detail: undefined, of, audience: audienceOf(response) })
  }

  async #passBy(asked: Asked, { reason, of }: Extract<Plan, { readonly kind: 'pass-by' }>): Promise<Response> {
    const response = await asked.run()
    // What is none of this cache's business, another may keep.
    const audience = reason === 'rule' || reason === 'range' || reason === 'upgrade' ? undefined : audienceOf(response)
    return this.#forwarded(asked, response, { why: 'bypass', detail: reason, of, audience })
  }

  #forwarded(asked: Asked, response: Response, { why, detail, of, audience }: Forwarding): Response {
    this.#advise(of, response)
    const status = { kind: 'forwarded', why, status: response.status, detail } as const
    return deliverMade(response, this.#delivery(asked, status, audience))
  }

  #delivery({ request }: Asked, status: Delivery['status'], audience: Delivery['audience']): Delivery {
    return { request, status, audience, options: this.#parts.options }
  }

  #advise(of: Plan['of'], response: Response): void {
    const { framework } = this.#parts
    const isMixedUp = framework.advice !== undefined && framework.isOtherKind(of, response)
    if (isMixedUp) adviseOnce('S3_CACHE_STRIPPED_URLS', framework.advice)
  }
}

/** What an entry is good for, by what its response says of itself. */
function useOf({ entry, now }: Read): EntryUse {
  const lifetime = lifetimeOf(entry.value)
  if (lifetime === undefined) return 'unusable'
  if (entry.state === 'fresh') return 'fresh'
  const pastSeconds = (now - entry.staleAt) / 1000
  if (pastSeconds <= lifetime.swr) return 'stale'
  return pastSeconds <= lifetime.staleIfError ? 'fallback' : 'unusable'
}

/** What says nothing of keeping is not kept, and needs no more said. */
const audienceOf = ({ headers }: Response): Delivery['audience'] =>
  headers.has('cache-control') || headers.has('expires') ? 'said' : undefined
