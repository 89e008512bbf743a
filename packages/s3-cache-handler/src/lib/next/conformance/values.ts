import type { Durations } from '../announce.ts'
import type { NextValue } from '../next-values.ts'
import type { UseCacheValue } from './instance-calls.ts'

const headersOf = (tags: readonly string[], more: Readonly<Record<string, string>> = {}): object => ({
  ...(tags.length > 0 && { 'x-next-cache-tags': tags.join(',') }),
  ...more,
})

/** A page of the App Router. */
export const appPage = (html: string, tags: readonly string[] = []): NextValue => ({
  kind: 'APP_PAGE',
  html,
  rscData: Buffer.from(`the payload of ${html}`),
  postponed: undefined,
  headers: headersOf(tags, { 'x-nextjs-stale-time': '300' }),
  status: 200,
  segmentData: new Map([
    ['/_tree', Buffer.from([0, 1, 254, 255])],
    ['/_index', Buffer.from(`a segment of ${html}`)],
  ]),
})

/** A route handler's response. */
export const appRoute = (body: Uint8Array, tags: readonly string[] = []): NextValue => ({
  kind: 'APP_ROUTE',
  body: Buffer.from(body),
  headers: headersOf(tags, { 'content-type': 'application/octet-stream' }),
  status: 200,
})

/** A page of the Pages Router. */
export const pagesPage = (html: string): NextValue => ({
  kind: 'PAGES',
  html,
  pageData: { pageProps: { html, none: null, list: [1, 'two', { three: 3 }] } },
  headers: undefined,
  status: 200,
})

/** What `fetch` was answered with, or `unstable_cache` has made. */
export const data = (text: string, revalidate: number = 4294967294): NextValue => ({
  kind: 'FETCH',
  data: {
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: Buffer.from(text).toString('base64'),
    status: 200,
    url: 'https://origin.example/data',
  },
  revalidate,
})

export const image = (buffer: Uint8Array): NextValue => ({
  kind: 'IMAGE',
  buffer: Buffer.from(buffer),
  etag: 'abc',
  upstreamEtag: 'def',
  extension: 'webp',
  revalidate: 60,
})

/** What a function with `use cache` has made of one chunk. */
export const useCacheText = (body: string, more: Omit<UseCacheValue, 'chunks'> = {}): UseCacheValue => ({
  chunks: [Buffer.from(body)],
  ...more,
})

/** Each of the 256, twice over. */
export const ALL_BYTES: Uint8Array = Uint8Array.from({ length: 512 }, (_, index) => index % 256)

/** The durations that `revalidateTag(tag, 'max')` passes. */
export const MAX_PROFILE: Durations = { expire: 31_536_000 }
