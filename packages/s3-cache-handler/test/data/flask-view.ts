import type { KeyPart, Memoized, MemoizeOptions, S3Cache } from '../../src/cache.ts'

/** A response as it is stored: a Response itself can be read once. */
export interface StoredResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type View = (request: Request) => Response | Promise<Response>

type ViewOptions = Omit<MemoizeOptions<[Request], StoredResponse>, 'name'> & {
  /** Parameters of the query that make no difference. */
  readonly ignoredParameters?: readonly string[]
}

/** A view whose answers are cached, as an app may write it with `memoize`: by path and sorted query, GET alone. */
export interface CachedView {
  readonly serve: (request: Request) => Promise<Response>
  readonly page: Memoized<[Request], StoredResponse>
}

export function cachedView(cache: S3Cache, view: View, options: ViewOptions = {}): CachedView {
  const { ignoredParameters = [], ...rest } = options
  const rendered = new WeakSet<Request>()
  const render = async (request: Request): Promise<StoredResponse> => {
    rendered.add(request)
    const response = await view(request)
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() }
  }
  const key = (request: Request): KeyPart[] => keyOf(request, ignoredParameters)
  const page = cache.memoize(render, { name: 'view', key, ...rest })
  const serve = async (request: Request): Promise<Response> => {
    if (request.method !== 'GET') return await view(request)
    const { status, headers, body } = await page(request)
    const entry = rendered.has(request) ? undefined : await cache.getEntry(page.keyFor(request))
    const about =
      entry === undefined
        ? { 'cache-status': 'test; fwd=miss' }
        : { 'cache-status': 'test; hit', age: String(Math.max(0, Math.floor((Date.now() - entry.createdAt) / 1000))) }
    return new Response(body, { status, headers: { ...headers, ...about } })
  }
  return { serve, page }
}

function keyOf(request: Request, ignored: readonly string[]): KeyPart[] {
  const { pathname, searchParams } = new URL(request.url)
  const parameters = Array.from(searchParams).filter(([name]) => !ignored.includes(name))
  return [pathname, parameters.toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))]
}

export const get = (path: string): Request => new Request(new URL(path, 'http://shop.test'))

export const post = (path: string, body: string): Request =>
  new Request(new URL(path, 'http://shop.test'), { method: 'POST', body })
