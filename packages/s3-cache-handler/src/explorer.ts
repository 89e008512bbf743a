import type { S3Cache } from './lib/data/data-cache.ts'
import { openCacheOf } from './lib/data/open-cache-of.ts'
import { InvalidOptionError } from './lib/errors.ts'
import { answer } from './lib/explorer/answer.ts'
import { failuresOf } from './lib/explorer/failures.ts'
import { processHistory } from './lib/explorer/history.ts'
import { openedNextCache, openNextCache } from './lib/explorer/open-next-cache.ts'
import { rejectUnknown, show } from './lib/options/resolve-options.ts'

export interface ExplorerOptions {
  /**
   * Whether who sends this request may see what is cached, and delete it: asked before anything else, at every request.
   * Only `true` lets it in. A `Response` is sent as it is, returned or thrown, to ask for a password or to lead to a login;
   * all else is answered 403. What else is thrown is answered 500, with nothing about why, but for the errors of Next's
   * `redirect`, `notFound` and `forbidden`, which are left to Next. It must not read the body.
   */
  readonly authorize: (request: Request) => boolean | Response | Promise<boolean | Response>
  /** What is explored. @default the cache of Next's handler in this process */
  readonly cache?: S3Cache | undefined
}

/** Answers GET, HEAD and POST, and needs all of them. It may be mounted anywhere: its links are queries, which no base path changes. */
export type Explorer = (request: Request) => Promise<Response>

/**
 * Makes the explorer: a web page that shows what is cached, why an entry is not fresh, what each tag has done, and what
 * this instance serves and costs; and revalidates, deletes and clears once it was confirmed.
 *
 * ```js
 * // app/api/explorer/route.js
 * import { createExplorer } from 's3-cache-handler/explorer'
 *
 * const explorer = createExplorer({ authorize: (request) => isOperator(request) })
 * export { explorer as GET, explorer as POST }
 * ```
 *
 * With `cache` it works in any framework whose routes take a `Request` and give a `Response`:
 *
 * ```ts
 * // A resource route of React Router
 * const explorer = createExplorer({ authorize: isOperator, cache })
 * export const loader = ({ request }: { request: Request }) => explorer(request)
 * export const action = loader
 * ```
 *
 * What this process does is counted from the first call on. Not for the edge runtime, which has no access to the bucket.
 *
 * @throws an error whose `code` is ERR_INVALID_OPTION without `authorize`, and for a `cache` that `createS3Cache` has not made
 */
export function createExplorer(options: ExplorerOptions): Explorer {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidOptionError(
      'authorize',
      `"authorize" is missing: createExplorer needs options, got ${show(options)}`,
    )
  }
  rejectUnknown('createExplorer', options, ['authorize', 'cache'])
  const { authorize, cache } = options
  if (typeof authorize !== 'function') {
    const why = 'must be a function that says who may see and delete what is cached'
    throw new InvalidOptionError('authorize', `"authorize" ${why}, got ${show(authorize)}`)
  }
  const opened = cache === undefined ? undefined : openCacheOf(cache)
  if (cache !== undefined && opened === undefined) {
    const what = 'must be a cache of createS3Cache, and none of its namespaces'
    throw new InvalidOptionError('cache', `"cache" ${what}, got ${show(cache)}`)
  }
  processHistory()
  const parts = {
    authorize,
    open: opened === undefined ? openNextCache : () => Promise.resolve(opened),
    isInstance: true,
    failures: failuresOf(() => opened ?? openedNextCache()),
  }
  return async (request) => await answer(parts, request)
}
