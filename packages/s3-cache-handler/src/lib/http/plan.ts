import { checkedTags } from '../data/data-options.ts'
import type { Key } from '../keys/key-text.ts'
import { countingUrl, normalizedUrl, responseKey } from './cache-key.ts'
import type { Framework, ResponseKind, ShownUrl } from './framework.ts'
import type { OnBehalf } from './on-behalf-of-all.ts'
import { pageTag } from './page-tag.ts'
import { cookiePairs } from './request-cookies.ts'
import { type ResolvedResponseOptions, type ResponseAbout, unsaidBy } from './response-options.ts'
import { type BypassReason, ownRequest, type StoreRules } from './storable.ts'

/** A request, and how it is answered without a cache. */
export interface Asked extends Pick<ResponseAbout, 'request' | 'params' | 'pattern'> {
  readonly shown: ShownUrl
  readonly buildId: string
  /** @param all Given where the answer is for others, too. */
  readonly run: (all?: OnBehalf) => Response | Promise<Response>
}

/** What the cache does for a request. */
export type Plan =
  | { readonly kind: 'pass-by'; readonly reason: BypassReason; readonly of: ResponseKind | undefined }
  | {
      readonly kind: 'look'
      readonly of: ResponseKind
      readonly key: Key
      /** What whoever makes the response may be told of the URL, see {@link countingUrl}. */
      readonly url: string
      readonly tags: readonly string[]
      readonly rules: StoreRules
    }

/** Throws InvalidOptionError for what a function among the options has returned. */
export function planOf(asked: Asked, options: ResolvedResponseOptions, framework: Framework): Plan {
  const { request, shown, buildId, params, pattern } = asked
  const { headers } = request
  const url = new URL(request.url)
  const kind = framework.kindOf(request, url, shown)
  // What cannot be told from data is that, most of the time.
  const about: ResponseAbout = { request, url, kind: kind ?? 'data', params, pattern }
  const passBy = (reason: BypassReason): Plan => ({ kind: 'pass-by', reason, of: kind })
  const own = ownRequest(headers)
  if (own !== undefined) return passBy(own)
  const rule = framework.isOwnPath(url) ? false : options.ruleOf(about)
  if (rule === false) return passBy('rule')
  if (kind === undefined) return passBy('kind')
  const cookies = cookiePairs(headers.get('cookie'), options.cookies)
  if (cookies === undefined) return passBy('cookie')
  const { query, vary, statuses, maxBytes, unsaid } = options
  const said = rule === true ? {} : rule
  const normalized = normalizedUrl(url, query, framework.parameters)
  return {
    kind: 'look',
    of: kind,
    key: responseKey({ url: normalized, isData: kind === 'data', buildId, headers, vary, cookies }),
    url: countingUrl(url, query, framework.parameters),
    tags: [
      pageTag(framework.pageOf(url), options),
      ...checkedTags('tags', options.tagsOf(about)),
      ...checkedTags('cache.tags', said.tags ?? []),
    ],
    rules: { statuses, maxBytes, vary, unsaid: unsaidBy(said, unsaid) },
  }
}
