import type { EntryBody } from '../inspect/entry-body.ts'

/** How a body may be shown. Nothing that a browser would run is shown as what it is, but in a sandbox. */
export type PreviewType =
  | { readonly kind: 'html' }
  /** `contentType` is what its first bytes say, whatever the entry says. */
  | { readonly kind: 'image'; readonly contentType: string }
  | { readonly kind: 'json' }
  /** A value as devalue writes it: JSON, but in a form that nobody reads. */
  | { readonly kind: 'devalue' }
  | { readonly kind: 'text' }
  | { readonly kind: 'bytes' }

/** Formats without scripts, by their first bytes: https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern */
const IMAGES: readonly (readonly [contentType: string, pattern: RegExp])[] = [
  ['image/png', /^\x89PNG\r\n.\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[^]{4}WEBPVP/],
  ['image/avif', /^[^]{4}ftypavi[fs]/],
]

const LONGEST_PATTERN = 16
/** How much is looked at, to tell text from other bytes. */
const SNIFFED_BYTES = 4096

export function previewType({
  bytes,
  contentType = '',
  codec,
}: Pick<EntryBody, 'bytes' | 'contentType' | 'codec'>): PreviewType {
  if (codec === 'devalue') return { kind: 'devalue' }
  const head = bytes.subarray(0, LONGEST_PATTERN).toString('latin1')
  const [image] = IMAGES.find(([, pattern]) => pattern.test(head)) ?? []
  if (image !== undefined) return { kind: 'image', contentType: image }
  const [mediaType = ''] = contentType.toLowerCase().split(';', 1)
  if (!isText(bytes.subarray(0, SNIFFED_BYTES))) return { kind: 'bytes' }
  if (mediaType.trim() === 'text/html') return { kind: 'html' }
  return /[/+]json\s*$/.test(mediaType) || /^\s*[[{"]/.test(bytes.subarray(0, SNIFFED_BYTES).toString())
    ? { kind: 'json' }
    : { kind: 'text' }
}

function isText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false
  try {
    // As of a stream, because a character may be cut at the end.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}
