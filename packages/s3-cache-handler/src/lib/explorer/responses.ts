import type { Markup } from './html.ts'
import { STYLE_HASH } from './styles.ts'

/**
 * No script at all, no style but ours, nothing from elsewhere, and no frame around it. Images and the frame of a preview
 * are the explorer's own; `frame-src` holds for whatever the frame leads to, too.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  `style-src '${STYLE_HASH}'`,
  "img-src 'self' data:",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * What was cached is shown as if it came from nowhere: no script, no request, no form, no origin. Its own styles and the
 * images that it carries within it may show.
 */
const PREVIEW_POLICY = [
  'sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
].join('; ')

const COMMON = {
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
  // Not "no-referrer", with which browsers send `Origin: null` with our own forms: https://fetch.spec.whatwg.org/#append-a-request-origin-header
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-robots-tag': 'noindex',
} as const

export interface PageOptions {
  readonly status?: number
  /** A `Set-Cookie` to send along. */
  readonly cookie?: string | undefined
}

export const pageResponse = (page: Markup, { status = 200, cookie }: PageOptions = {}): Response =>
  new Response(`<!doctype html>\n${page.toString()}\n`, {
    status,
    headers: {
      ...COMMON,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': PAGE_POLICY,
      'x-frame-options': 'DENY',
      ...(cookie !== undefined && { 'set-cookie': cookie }),
    },
  })

/** Bytes of an entry, as what they were found to be. */
export const previewResponse = (bytes: Uint8Array, contentType: string): Response =>
  new Response(new Uint8Array(bytes), {
    headers: {
      ...COMMON,
      'content-type': contentType,
      'content-security-policy': PREVIEW_POLICY,
      'referrer-policy': 'no-referrer',
      // No policy holds for the names that a browser looks up ahead: https://github.com/w3c/webappsec-csp/issues/282
      'x-dns-prefetch-control': 'off',
    },
  })

/** An answer that tells nothing but this. */
export const plainResponse = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(`${text}\n`, {
    status,
    headers: {
      ...COMMON,
      'content-type': 'text/plain; charset=utf-8',
      'content-security-policy': PAGE_POLICY,
      ...headers,
    },
  })

/** After an action: a reload of what is shown then does not repeat it. */
export const redirectResponse = (location: string): Response =>
  new Response(null, { status: 303, headers: { ...COMMON, location, 'content-security-policy': PAGE_POLICY } })
