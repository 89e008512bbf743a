import { parseCacheControl } from './cache-control.ts'
import { type ResponseLifetime, responseLifetime } from './response-lifetime.ts'

/** Why a request is passed by: neither is anything looked for nor is its response stored. */
export type BypassReason = 'authorization' | 'cookie' | 'range' | 'upgrade' | 'rule' | 'kind'

/** Why a response is not stored. */
export type RefusalReason =
  | 'status'
  | 'set-cookie'
  | 'private'
  | 'no-store'
  | 'no-cache'
  | 'vary'
  | 'event-stream'
  | 'too-large'
  | 'not-fresh'
  | 'kind'

export type StoreVerdict =
  | { readonly kind: 'store'; readonly lifetime: ResponseLifetime }
  | { readonly kind: 'refuse'; readonly reason: RefusalReason }

/** What a response is judged by. */
export interface StoreRules {
  readonly statuses: readonly number[]
  readonly maxBytes: number
  /** The headers of a request that tell responses apart. */
  readonly vary: { has(name: string): boolean }
  /** Of responses that do not say. */
  readonly unsaid: ResponseLifetime
}

/** Whether a request says itself that its response is its own, or not the whole. */
export function ownRequest(headers: Headers): BypassReason | undefined {
  if (headers.has('authorization')) return 'authorization'
  // Deno and Bun turn the very request into a WebSocket, and no copy of it.
  if (headers.has('upgrade')) return 'upgrade'
  return headers.has('range') ? 'range' : undefined
}

/** By what the response says: https://www.rfc-editor.org/rfc/rfc9111#section-3. Its body has not come yet. */
export function judgeResponse({ status, headers }: Response, rules: StoreRules): StoreVerdict {
  const reason = refusalOf(status, headers, rules)
  if (reason !== undefined) return { kind: 'refuse', reason }
  const lifetime = responseLifetime(headers, rules.unsaid)
  return lifetime === undefined ? { kind: 'refuse', reason: 'not-fresh' } : { kind: 'store', lifetime }
}

function refusalOf(status: number, headers: Headers, rules: StoreRules): RefusalReason | undefined {
  if (!rules.statuses.includes(status)) return 'status'
  if (headers.has('set-cookie')) return 'set-cookie'
  const { isPrivate, noStore, noCache } = parseCacheControl(headers.get('cache-control'))
  if (noStore) return 'no-store'
  if (isPrivate) return 'private'
  if (noCache) return 'no-cache'
  if (!isVariedBy(headers, rules.vary)) return 'vary'
  // It may never end.
  if (/^text\/event-stream\b/i.test(headers.get('content-type') ?? '')) return 'event-stream'
  return Number(headers.get('content-length')) > rules.maxBytes ? 'too-large' : undefined
}

/** Whether the key tells apart what the response says that it depends on. */
function isVariedBy(headers: Headers, vary: StoreRules['vary']): boolean {
  const names = listOf(headers.get('vary')).map((name) => name.toLowerCase())
  // What is not compressed is the same for all who ask for it compressed or not.
  const isPlain = !headers.has('content-encoding')
  return names.every((name) => vary.has(name) || (name === 'accept-encoding' && isPlain))
}

/** The tags that a response names. */
export const tagsIn = (headers: Headers): string[] =>
  ['cache-tag', 'x-cache-tags'].flatMap((name) => listOf(headers.get(name)))

/** The items of a field that is a list. */
export const listOf = (field: string | null): string[] =>
  (field ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
