import { isRaw } from '../codec/raw-entry.ts'
import type { Entry } from '../entry.ts'

/** What of an entry would reach whoever asked for it. */
export interface EntryBody {
  readonly bytes: Buffer
  /** A media type; undefined where the entry does not tell. */
  readonly contentType: string | undefined
  /** What has made text of a value of the data cache; absent for all else. */
  readonly codec?: string | undefined
  /** The HTTP status that it is sent with; of responses only. */
  readonly status?: number | undefined
  readonly headers?: Readonly<Record<string, unknown>> | undefined
}

/** As far as it matters here: https://github.com/vercel/next.js/blob/canary/packages/next/src/server/response-cache/types.ts */
interface NextFields {
  readonly kind?: unknown
  readonly html?: unknown
  readonly body?: unknown
  readonly data?: { readonly body?: unknown; readonly url?: unknown } & Pick<EntryBody, 'headers' | 'status'>
  readonly headers?: EntryBody['headers']
  readonly status?: number
}

/** A value of the data cache: text, or bytes with a head of JSON. */
interface CachedFields {
  readonly text?: unknown
  readonly bytes?: unknown
  readonly codec?: unknown
}

/** Undefined for what has none, such as "not found" and a redirect. */
export function bodyOf({ kind, value }: Entry): EntryBody | undefined {
  if (isRaw(value)) return { bytes: value.raw, contentType: value.contentType }
  if (typeof value !== 'object' || value === null) return undefined
  if (kind === 'data') return ofCached(value)
  if (kind === 'use-cache') return { bytes: bytesOf('body' in value && value.body), contentType: undefined }
  return kind === 'fetch' ? ofData(value) : ofResponse(value)
}

/** A response is its body, and a head of JSON; all else is text. */
function ofCached({ text, bytes, codec }: CachedFields): EntryBody {
  if (bytes === undefined) {
    return { bytes: textOf(text), contentType: undefined, codec: typeof codec === 'string' ? codec : undefined }
  }
  const head = headIn(String(text))
  return { bytes: bytesOf(bytes), contentType: contentTypeIn(head.headers), ...head }
}

/** Empty for what is no head of a response, as another release may store one. */
function headIn(text: string): Pick<EntryBody, 'headers' | 'status'> {
  try {
    const { status, headers } = JSON.parse(text) as { readonly status?: unknown; readonly headers?: unknown }
    if (typeof status !== 'number' || !Array.isArray(headers)) return {}
    return { status, headers: Object.fromEntries(headers as [name: string, value: unknown][]) }
  } catch {
    return {}
  }
}

function ofResponse({ html, body, headers, status }: NextFields): EntryBody | undefined {
  const about = { headers, status }
  if (html !== undefined) return { ...about, bytes: textOf(html), contentType: 'text/html; charset=utf-8' }
  return body === undefined ? undefined : { ...about, bytes: bytesOf(body), contentType: contentTypeIn(headers) }
}

/** The body of a response is base64; a result of `unstable_cache`, which has no URL, is JSON as it is. */
function ofData({ data }: NextFields): EntryBody | undefined {
  if (data === undefined) return undefined
  const { body, url, headers, status } = data
  const isResponse = url !== undefined && url !== ''
  return isResponse
    ? { bytes: textOf(body, 'base64'), contentType: contentTypeIn(headers), headers, status }
    : { bytes: textOf(body), contentType: 'application/json' }
}

function contentTypeIn(headers: EntryBody['headers'] = {}): string | undefined {
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type') ?? []
  return typeof value === 'string' ? value : undefined
}

const textOf = (text: unknown, encoding: 'utf8' | 'base64' = 'utf8'): Buffer =>
  Buffer.from(typeof text === 'string' ? text : '', encoding)

const bytesOf = (bytes: unknown): Buffer =>
  bytes instanceof Uint8Array ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.alloc(0)
