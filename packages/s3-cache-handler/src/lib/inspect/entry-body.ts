import { isRaw } from '../codec/raw-entry.ts'
import type { Entry } from '../entry.ts'
import { isObject } from '../is-object.ts'

/** What Next stores of a header. */
type HeaderValue = string | number | readonly string[]

/** What of an entry would reach whoever asked for it. */
export interface EntryBody {
  readonly bytes: Buffer
  /** A media type; undefined where the entry does not tell. */
  readonly contentType: string | undefined
  /** What has made text of a value of the data cache; absent for all else. */
  readonly codec?: string | undefined
  /** The HTTP status that it is sent with; of responses only. */
  readonly status?: number | undefined
  readonly headers?: Readonly<Record<string, HeaderValue>> | undefined
}

/** As far as it matters here, and of whatever type another writer may give them: https://github.com/vercel/next.js/blob/canary/packages/next/src/server/response-cache/types.ts */
interface NextFields {
  readonly kind?: unknown
  readonly html?: unknown
  readonly body?: unknown
  readonly data?: unknown
  readonly headers?: unknown
  readonly status?: unknown
}

/** A value of the data cache: text, or bytes with a head of JSON. */
interface CachedFields {
  readonly text?: unknown
  readonly bytes?: unknown
  readonly codec?: unknown
}

/** Undefined for what has none, such as "not found" and a redirect. */
export function bodyOf({ kind, value }: Entry): EntryBody | undefined {
  if (isRaw(value)) return { bytes: value.raw, contentType: stringOf(value.contentType) }
  if (!isObject(value)) return undefined
  if (kind === 'data') return ofCached(value)
  if (kind === 'use-cache') return { bytes: bytesOf('body' in value && value.body), contentType: undefined }
  return kind === 'fetch' ? ofData(value) : ofResponse(value)
}

/** A response is its body, and a head of JSON; all else is text. */
function ofCached({ text, bytes, codec }: CachedFields): EntryBody {
  if (bytes === undefined) return { bytes: textOf(text), contentType: undefined, codec: stringOf(codec) }
  const about = headIn(String(text))
  return { bytes: bytesOf(bytes), contentType: contentTypeIn(about.headers), ...about }
}

/** Empty for what is no head of a response, as another release may store one. */
function headIn(text: string): Pick<EntryBody, 'headers' | 'status'> {
  try {
    const { status, headers } = JSON.parse(text) as NextFields
    if (typeof status !== 'number' || !Array.isArray(headers)) return {}
    return aboutIn({ status, headers: Object.fromEntries(headers as [name: string, value: unknown][]) })
  } catch {
    return {}
  }
}

function ofResponse({ html, body, ...fields }: NextFields): EntryBody | undefined {
  const about = aboutIn(fields)
  if (html !== undefined) return { ...about, bytes: textOf(html), contentType: 'text/html; charset=utf-8' }
  return body === undefined ? undefined : { ...about, bytes: bytesOf(body), contentType: contentTypeIn(about.headers) }
}

/** The body of a response is base64; a result of `unstable_cache`, which has no URL, is JSON as it is. */
function ofData({ data }: NextFields): EntryBody | undefined {
  if (!isObject(data)) return undefined
  const { body, url, ...fields }: NextFields & { readonly url?: unknown } = data
  const about = aboutIn(fields)
  const isResponse = url !== undefined && url !== ''
  return isResponse
    ? { ...about, bytes: textOf(body, 'base64'), contentType: contentTypeIn(about.headers) }
    : { bytes: textOf(body), contentType: 'application/json' }
}

const aboutIn = ({ headers, status }: NextFields): Pick<EntryBody, 'headers' | 'status'> => ({
  headers: isObject(headers) ? Object.fromEntries(Object.entries(headers).filter(isHeader)) : undefined,
  status: typeof status === 'number' ? status : undefined,
})

const isHeader = (header: [name: string, value: unknown]): header is [name: string, value: HeaderValue] => {
  const [, value] = header
  return typeof value === 'number' || [value].flat().every((part) => typeof part === 'string')
}

function contentTypeIn(headers: EntryBody['headers'] = {}): string | undefined {
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type') ?? []
  return stringOf(value)
}

const stringOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const textOf = (text: unknown, encoding: 'utf8' | 'base64' = 'utf8'): Buffer =>
  Buffer.from(typeof text === 'string' ? text : '', encoding)

const bytesOf = (bytes: unknown): Buffer =>
  bytes instanceof Uint8Array ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.alloc(0)
