import { Answers, type AnswersParts } from './answers.ts'
import type { ShownUrl } from './framework.ts'
import { type OnBehalf, onBehalfOfAll } from './on-behalf-of-all.ts'

/** What middleware is given of a request. */
export interface MiddlewareContext {
  readonly request: Request
  readonly params?: Readonly<Record<string, string | undefined>> | undefined
  readonly pattern?: string | undefined
}

/** Anything that answers requests. */
export type Handler<Context extends readonly unknown[]> = (
  request: Request,
  ...context: Context
) => Response | Promise<Response>

/** A handler with a cache in front. */
export type CachedHandler<Context extends readonly unknown[]> = (
  request: Request,
  ...context: Context
) => Promise<Response>

/** A cache of whole responses, in front of a server. */
export interface ResponseCache {
  /** For frameworks whose middleware is given `{ request }` and `next`. */
  readonly middleware: (context: MiddlewareContext, next: () => Promise<Response>) => Promise<Response>
  /** For any function that answers requests: it is called for what is not in the cache. */
  wrap<Context extends readonly unknown[]>(handler: Handler<Context>): CachedHandler<Context>
  /**
   * Takes out what is cached of a page, its document and its data, in all processes: by path and query, on any host.
   * @throws ERR_NOT_INVALIDATED
   */
  purge(url: string | URL): Promise<void>
}

/** What is known of the build that answers. */
export interface BuildFacts {
  readonly buildId: string
  /** What the URLs are like that middleware is shown. */
  readonly shown: ShownUrl
}

/** As {@link ResponseCache}, where a handler may name its own build. */
export interface ResponseCacheOfBuilds extends ResponseCache {
  wrap<Context extends readonly unknown[]>(
    handler: Handler<Context>,
    buildIdOf?: () => string | Promise<string>,
  ): CachedHandler<Context>
}

/** @see ResponseCache */
export function responseCache(parts: AnswersParts, factsOf: () => Promise<BuildFacts>): ResponseCacheOfBuilds {
  const answers = new Answers(parts)
  /** Requests that go on behind this cache. */
  const behind = new WeakSet<Request>()
  return {
    middleware: async ({ request, params, pattern }, next) => {
      // A route's, below another route's: the outer one must see what the handler says.
      if (behind.has(request)) return await next()
      const facts = await factsOf()
      const run = async (): Promise<Response> => {
        behind.add(request)
        try {
          return await next()
        } finally {
          behind.delete(request)
        }
      }
      return await answers.answer({ request, params, pattern, ...facts, run })
    },
    wrap:
      (handler, buildIdOf = async () => (await factsOf()).buildId) =>
      async (request, ...context) => {
        const run = async (all?: OnBehalf): Promise<Response> =>
          await handler(all === undefined ? request : onBehalfOfAll(request, all), ...context)
        return await answers.answer({ request, buildId: await buildIdOf(), shown: 'raw', run })
      },
    purge: async (url) => await answers.purge(new URL(url, ANY_ORIGIN)),
  }
}

const ANY_ORIGIN = 'http://any.invalid'
