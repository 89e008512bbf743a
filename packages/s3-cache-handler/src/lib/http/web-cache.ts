import { BodyValue, isBodyValue } from '../data/body-value.ts'
import type { S3Cache } from '../data/data-cache.ts'
import { ttlSeconds } from '../data/data-options.ts'
import type { Duration } from '../data/duration.ts'
import type { KeyPart } from '../keys/key-text.ts'
import { rejectUnknown } from '../options/resolve-options.ts'
import { type ResponseLifetime, responseLifetime } from './response-lifetime.ts'
import { tagsIn } from './storable.ts'
import { headOf, type StoredResponse, toResponse } from './stored-response.ts'
import { requireRequest, requireUnread, variedBy } from './web-cache-rules.ts'

/** How a request is compared with those that responses were put for. */
export interface WebCacheQuery {
  /** Whether the query makes no difference. Lists what is stored of the path. @default false */
  readonly ignoreSearch?: boolean
  /** Whether any method matches as GET does. @default false */
  readonly ignoreMethod?: boolean
  /** Whether the headers that a response varies by make no difference: the one that was put last is taken. @default false */
  readonly ignoreVary?: boolean
}

export interface WebCacheOptions {
  /**
   * How long a response is kept that names no time to live by `s-maxage`, `max-age` or `Expires`; `null` for ever, as in
   * a browser. @default null
   */
  readonly ttl?: Duration | null | undefined
}

/** A `Cache`, as the DOM's: https://w3c.github.io/ServiceWorker/#cache-interface */
export interface WebCache {
  match(request: string | URL | Request, options?: WebCacheQuery): Promise<Response | undefined>
  /** Those that match; without a request all that there are. */
  matchAll(request?: string | URL | Request, options?: WebCacheQuery): Promise<readonly Response[]>
  /** Fetches it and puts it. Rejects with a TypeError where the answer is not a whole and successful one. */
  add(request: string | URL | Request): Promise<void>
  addAll(requests: Iterable<string | URL | Request>): Promise<void>
  /**
   * Resolves when it is stored, or the store has failed. Tags that `Cache-Tag` or `X-Cache-Tags` name are the entry's. Rejects with a
   * TypeError for what the specification forbids: another method than GET, a part of a response, `Vary: *`, a body that
   * was read.
   */
  put(request: string | URL | Request, response: Response): Promise<void>
  /** Whether there was one. */
  delete(request: string | URL | Request, options?: WebCacheQuery): Promise<boolean>
  /** Lists what is stored; each URL once. */
  keys(request?: string | URL | Request, options?: WebCacheQuery): Promise<readonly Request[]>
}

/** What is stored under a URL where the response depends on headers of the request. */
interface Variants {
  readonly vary: readonly string[]
  /** Which one was put last. */
  readonly last: Variant
}

/** The names and values of headers. */
type Variant = readonly (readonly [name: string, value: string | null])[]

/** A response, and the keys under which it is found. */
interface Match {
  readonly url: URL
  readonly keys: readonly KeyPart[][]
  readonly stored: StoredResponse
}

const SPACE = 'caches'
/** What is put lives by its own word, or by `ttl`. */
const NONE: ResponseLifetime = { ttl: 0, swr: 0, staleIfError: 0 }

/** Each response is an entry; where it varies, the URL's entry names the headers, and its variants are entries of their own. */
export class WebCacheOfEntries implements WebCache {
  readonly #cache: S3Cache
  readonly #ttl: number

  constructor(cache: S3Cache, options: WebCacheOptions) {
    rejectUnknown('createWebCache', options, ['ttl'])
    this.#cache = cache
    this.#ttl = ttlSeconds('ttl', options.ttl ?? null)
  }

  async match(request: string | URL | Request, options: WebCacheQuery = {}): Promise<Response | undefined> {
    for await (const { stored } of this.#matching(request, options)) return toResponse(await stored.whole)
    return undefined
  }

  async matchAll(request?: string | URL | Request, options: WebCacheQuery = {}): Promise<readonly Response[]> {
    const responses: Response[] = []
    for await (const { stored } of this.#matching(request, options)) responses.push(toResponse(await stored.whole))
    return responses
  }

  async add(request: string | URL | Request): Promise<void> {
    await this.addAll([request])
  }

  async addAll(requests: Iterable<string | URL | Request>): Promise<void> {
    const asked = [...requests]
    // Before anything is sent: a POST would have its effect.
    for (const request of asked) requireRequest(toRequest(request))
    const fetched = await Promise.all(
      asked.map(async (request) => {
        const response = await fetch(request)
        if (!response.ok) throw new TypeError(`${response.url} was answered with ${response.status}`)
        return [request, response] as const
      }),
    )
    // All or none.
    for (const [, response] of fetched) variedBy(response)
    await Promise.all(fetched.map(([request, response]) => this.put(request, response)))
  }

  async put(request: string | URL | Request, response: Response): Promise<void> {
    const { url, method, headers } = toRequest(request)
    requireRequest({ url, method })
    const vary = variedBy(response)
    requireUnread(response)
    const lifetime = this.#lifetimeOf(response.headers)
    const head = headOf(response, lifetime)
    const bytes = Buffer.from(await response.arrayBuffer())
    const stored: StoredResponse = new BodyValue(head, Promise.resolve({ head, bytes }))
    const options = { ...lifetime, tags: tagsIn(response.headers) }
    const key = keyOf(new URL(url))
    if (vary.length === 0) {
      await this.#cache.set(key, stored, options)
      return
    }
    const last = vary.toSorted().map((name) => [name, headers.get(name)] as const)
    await this.#cache.set(variantKey(key, last), stored, options)
    // Where a response is found that is not there any more, it is a miss.
    await this.#cache.set(key, { vary, last } satisfies Variants, { ...options, ttl: null })
  }

  async delete(request: string | URL | Request, options: WebCacheQuery = {}): Promise<boolean> {
    const keys: KeyPart[][] = []
    for await (const match of this.#matching(request, options)) {
      if (options.ignoreVary !== true) keys.push(...match.keys)
      else for await (const key of this.#keys(keyOf(match.url))) keys.push(key)
    }
    await this.#cache.deleteMany(keys)
    return keys.length > 0
  }

  async keys(request?: string | URL | Request, options: WebCacheQuery = {}): Promise<readonly Request[]> {
    const urls = new Set<string>()
    for await (const { url } of this.#matching(request, options)) urls.add(url.href)
    return Array.from(urls, (url) => new Request(url))
  }

  /** Code that is written for a browser's cache finds what is not fresh there, too. */
  #lifetimeOf(headers: Headers): ResponseLifetime {
    const said = responseLifetime(headers, NONE)
    return said !== undefined && said.ttl >= 1 ? said : { ...NONE, ttl: this.#ttl }
  }

  async *#matching(
    asked: string | URL | Request | undefined,
    { ignoreSearch = false, ignoreMethod = false, ignoreVary = false }: WebCacheQuery,
  ): AsyncGenerator<Match> {
    const request = asked === undefined ? undefined : toRequest(asked)
    if (request !== undefined && request.method !== 'GET' && !ignoreMethod) return
    const url = request && new URL(request.url)
    const urls = url !== undefined && !ignoreSearch ? [url] : this.#urls(url)
    for await (const each of urls) {
      const match = await this.#find(each, request?.headers, ignoreVary || request === undefined)
      if (match !== undefined) yield match
    }
  }

  async #find(url: URL, headers: Headers | undefined, ignoreVary: boolean): Promise<Match | undefined> {
    const key = keyOf(url)
    const found = await this.#cache.get(key)
    if (found === undefined || isBodyValue(found)) {
      return found && { url, keys: [key], stored: found as StoredResponse }
    }
    const { vary, last } = found as Variants
    const wanted = ignoreVary ? last : vary.toSorted().map((name) => [name, headers?.get(name) ?? null] as const)
    const varied = variantKey(key, wanted)
    const stored = await this.#cache.get<StoredResponse>(varied)
    return stored && { url, keys: [varied], stored }
  }

  /** All URLs that there are, or those with the path of one. */
  async *#urls(of: URL | undefined): AsyncGenerator<URL> {
    const prefix = of === undefined ? [SPACE] : [SPACE, `${of.origin}${of.pathname}`]
    for await (const key of this.#keys(prefix)) {
      const [, path, search, ...variant] = key
      if (typeof path === 'string' && typeof search === 'string' && variant.length === 0) yield new URL(path + search)
    }
  }

  async *#keys(prefix: KeyPart[]): AsyncGenerator<KeyPart[]> {
    let cursor: string | undefined
    do {
      const page = await this.#cache.keys({ prefix, cursor })
      for (const { key } of page.keys) if (Array.isArray(key)) yield [...(key as readonly KeyPart[])]
      cursor = page.cursor
    } while (cursor !== undefined)
  }
}

const toRequest = (request: string | URL | Request): Request =>
  request instanceof Request ? request : new Request(request)

const keyOf = ({ origin, pathname, search }: URL): KeyPart[] => [SPACE, `${origin}${pathname}`, search]

const variantKey = (key: KeyPart[], variant: Variant): KeyPart[] => [...key, variant]
