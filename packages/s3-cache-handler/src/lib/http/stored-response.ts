import { BodyValue, type Whole } from '../data/body-value.ts'
import { etagOf } from './conditional.ts'
import { ageOf, type ResponseLifetime } from './response-lifetime.ts'

/** All of a response but its body, as it is stored. */
export interface ResponseHead {
  readonly version: 1
  readonly status: number
  readonly statusText: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** How old it was when it came, in seconds. */
  readonly age: number
  /** Seconds; null for ever. */
  readonly ttl: number | null
  readonly swr: number | null
  readonly staleIfError: number | null
}

export type StoredResponse = BodyValue<ResponseHead>

/** What belongs to one answer, or to one connection: https://www.rfc-editor.org/rfc/rfc9111#section-3.1 */
const NOT_STORED: readonly string[] = [
  'age',
  'cache-status',
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-connection',
  'server-timing',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/**
 * A response as it is stored, once its body is whole; with an ETag where it has none.
 * @param bytes Of its body.
 */
export function toStored(response: Response, lifetime: ResponseLifetime, bytes: Promise<Buffer>): StoredResponse {
  const head = headOf(response, lifetime)
  const withEtag = (body: Buffer): ResponseHead =>
    response.headers.has('etag') ? head : { ...head, headers: [...head.headers, ['etag', etagOf(body)]] }
  return new BodyValue(
    head,
    bytes.then((body) => ({ head: withEtag(body), bytes: body })),
  )
}

export function headOf({ status, statusText, headers }: Response, lifetime: ResponseLifetime): ResponseHead {
  return {
    version: 1,
    status,
    statusText,
    headers: storedHeaders(headers),
    age: ageOf(headers),
    ttl: finite(lifetime.ttl),
    swr: finite(lifetime.swr),
    staleIfError: finite(lifetime.staleIfError),
  }
}

/** As it came, but for what belonged to that answer alone. */
export function toResponse({ head, bytes }: Whole<ResponseHead>): Response {
  const { status, statusText, headers } = head
  return new Response(toBody(bytes), { status, statusText, headers: toHeaders(headers) })
}

/** A Response copies them. What has no bytes may be of a status that must have none. */
export const toBody = (bytes: Buffer): Uint8Array<ArrayBuffer> | null =>
  bytes.length === 0 ? null : (bytes as Uint8Array as Uint8Array<ArrayBuffer>)

export const toHeaders = (pairs: ResponseHead['headers']): Headers =>
  new Headers(pairs.map(([name, value]): [string, string] => [name, value]))

/** Undefined where what is stored is none that this release can read. */
export function lifetimeOf(stored: StoredResponse): ResponseLifetime | undefined {
  // It comes from the store.
  const { version, ttl, swr, staleIfError } = stored.head as Partial<ResponseHead>
  if (version !== 1) return undefined
  return { ttl: ttl ?? Infinity, swr: swr ?? Infinity, staleIfError: staleIfError ?? Infinity }
}

function storedHeaders(headers: Headers): [string, string][] {
  const named = (headers.get('connection') ?? '').split(',').map((name) => name.trim().toLowerCase())
  return [...headers].filter(([name]) => !NOT_STORED.includes(name) && !named.includes(name))
}

const finite = (seconds: number): number | null => (seconds === Infinity ? null : seconds)
