import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import { type CacheEvent, EVENT_CHANNEL } from '../cache-events.ts'
import type { RememberContext, RememberOptions, S3Cache } from '../data/data-cache.ts'
import { makingNow } from '../data/flights.ts'
import type { CachedHandler, Handler, ResponseCache } from '../http/response-cache.ts'
import { type Key, type KeyPart, keyText } from '../keys/key-text.ts'
import { processWide } from '../registry.ts'
import { withServerTiming } from '../telemetry/server-timing.ts'

/** What lasts as long as one request: values that were asked for before. What the caches did for it is its `Server-Timing`. */
export interface RequestScope {
  /** For frameworks whose middleware is given `{ request }` and `next`. Goes before that of a response cache. */
  readonly middleware: ResponseCache['middleware']
  /** For any function that answers requests. */
  wrap<Context extends readonly unknown[]>(handler: Handler<Context>): CachedHandler<Context>
  /**
   * The cache, of which `get` and `remember` ask once a request for each key. Who asks again is given the same object. An
   * invalidation, of whatever, has it ask again; and so does making a value for the cache, once for each.
   */
  readonly cache: S3Cache
  /** The function, called once a request for the same arguments, as `cache` of React does while it renders. */
  memo<Args extends readonly KeyPart[], Result>(call: (...args: Args) => Result): (...args: Args) => Result
}

type Memo = Map<object, Map<string, unknown>>

/** Of one request. */
interface Scope {
  /** Of the request itself, and of each value that is made for it. */
  memos: WeakMap<object, Memo>
  /** What had been invalidated when the memos were begun. */
  invalidations: number
}

/** @see RequestScope */
export function createRequestScope(cache: S3Cache): RequestScope {
  const [gets, remembers] = [{}, {}]
  const scoped: S3Cache = {
    ...cache,
    get: <T>(key: Key) => once(gets, keyText(key), () => cache.get<T>(key)),
    remember: <T>(key: Key, make: (context: RememberContext) => T | Promise<T>, options?: RememberOptions<T>) => {
      const ask = (): Promise<T> => cache.remember(key, make, options)
      const isOrdinary = options?.bypass === undefined && options?.forceFresh === undefined
      return isOrdinary ? once(remembers, keyText(key), ask) : ask()
    },
  }
  return {
    middleware: (_, next) => inScope(next),
    wrap:
      (handler) =>
      (request, ...context) =>
        inScope(() => handler(request, ...context)),
    cache: scoped,
    memo:
      (call) =>
      (...args) =>
        once(call, keyText(args), () => call(...args)),
  }
}

async function inScope(run: () => Response | Promise<Response>): Promise<Response> {
  const { storage, counted } = shared()
  const scope: Scope = { memos: new WeakMap(), invalidations: counted.invalidations }
  const { value, serverTiming } = await withServerTiming(() => storage.run(scope, run))
  return withTiming(value, serverTiming)
}

/** What all scopes share: one storage, because on Node 20 each that is used makes every promise dearer. */
const shared = (): { readonly storage: AsyncLocalStorage<Scope>; readonly counted: { invalidations: number } } =>
  processWide('request scopes', () => {
    const counted = { invalidations: 0 }
    subscribe(EVENT_CHANNEL, (event) => {
      if (INVALIDATING.includes((event as CacheEvent).name)) counted.invalidations++
    })
    return { storage: new AsyncLocalStorage<Scope>(), counted }
  })

const INVALIDATING: readonly CacheEvent['name'][] = ['invalidated', 'deleted', 'cleared']

/** Outside of a request each call is one of its own. */
function once<T>(group: object, key: string, call: () => T): T {
  const { storage, counted } = shared()
  const scope = storage.getStore()
  if (scope === undefined) return call()
  if (scope.invalidations !== counted.invalidations) {
    scope.memos = new WeakMap()
    scope.invalidations = counted.invalidations
  }
  // What is stored counts as made of all that is known of invalidations when its making begins: nothing of before goes in.
  const asker = makingNow() ?? scope
  const memo: Memo = scope.memos.get(asker) ?? new Map()
  scope.memos.set(asker, memo)
  const known = memo.get(group) ?? new Map<string, unknown>()
  memo.set(group, known)
  if (!known.has(key)) known.set(key, call())
  return known.get(key) as T
}

function withTiming(response: Response, timing: string): Response {
  if (timing === '' || response.status < 200 || response.status > 599) return response
  const headers = new Headers(response.headers)
  headers.append('server-timing', timing)
  const { status, statusText, body } = response
  return new Response(body, { status, statusText, headers })
}
