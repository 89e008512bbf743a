import { counted, formatBytes } from '../format.ts'
import type { EntryBody } from '../inspect/entry-body.ts'
import { devalueText } from './devalue-text.ts'
import { html, type Markup } from './html.ts'
import { linkTo } from './links.ts'
import { previewType } from './preview-type.ts'
import { valueText } from './value-text.ts'

/** Longer text is cut. */
const MAX_TEXT_BYTES = 64 * 1024
/** Of what is neither text nor an image. */
const MAX_HEX_BYTES = 256
const HEX_LINE_BYTES = 16
/** Larger pages and images have no preview. */
export const MAX_FRAMED_BYTES: number = 8 * 1024 * 1024

interface PreviewOptions {
  readonly name: string
  /** What links call the entry. */
  readonly reference: string
}

/** The body as it may be shown on a page of the explorer: what a browser would run is framed, all else is text. */
export async function preview(body: EntryBody, { name, reference }: PreviewOptions): Promise<Markup> {
  const type = previewType(body)
  const link = linkTo('preview', { object: reference })
  const isFramed = type.kind === 'html' || type.kind === 'image'
  if (isFramed && body.bytes.length > MAX_FRAMED_BYTES) {
    return html`<p class="note">Its ${formatBytes(body.bytes.length)} are too much to be shown here.</p>`
  }
  switch (type.kind) {
    case 'html':
      return html`<iframe
          sandbox
          src="${link}"
          title="Preview of ${name}"
          referrerpolicy="no-referrer"
          loading="lazy"
        ></iframe>
        <p class="soft">Without scripts, and without whatever it would load.</p>
        <details>
          <summary>Source</summary>
          ${textBlock(body.bytes)}
        </details>`
    case 'image':
      return html`<p><img src="${link}" alt="The cached image ${name}" /></p>`
    case 'json':
      return textBlock(body.bytes, indented)
    case 'devalue':
      return await valueBlock(body.bytes)
    case 'text':
      return textBlock(body.bytes)
    case 'bytes':
      return html`<pre tabindex="0" role="region" aria-label="Its first bytes">
${hexLines(body.bytes.subarray(0, MAX_HEX_BYTES))}</pre>`
  }
}

async function valueBlock(bytes: Buffer): Promise<Markup> {
  const value = bytes.length > MAX_TEXT_BYTES ? undefined : await devalueText(bytes.toString())
  if (value !== undefined) return textRegion(value)
  return html`<p class="soft">As devalue stores it: it is large, or of types that only its app knows.</p>
    ${textBlock(bytes)}`
}

const textRegion = (text: string): Markup =>
  html`<pre tabindex="0" role="region" aria-label="The body as text">${printableLines(text)}</pre>`

function textBlock(bytes: Buffer, format: (text: string) => string = (text) => text): Markup {
  const left = bytes.length - MAX_TEXT_BYTES
  const text = bytes.subarray(0, MAX_TEXT_BYTES).toString()
  return html`${textRegion(left > 0 ? text : format(text))}
  ${left > 0 && html`<p class="note">${counted(left, 'byte follows', 'bytes follow')} that are not shown.</p>`}`
}

/** A text, or what may have more digits than a number of JavaScript's. */
const TEXT_OR_DIGITS = /"(?:[^"\\]|\\.)*"|(\d[\d.]{15,})/g

/** As it is where it is none, would be too long, or has a number that parsing would change. */
function indented(json: string): string {
  for (const [, digits] of json.matchAll(TEXT_OR_DIGITS)) if (digits !== undefined) return json
  try {
    return valueText(JSON.parse(json)) ?? json
  } catch {
    return json
  }
}

/** As `printable`, but lines stay lines. */
const printableLines = (text: string): string =>
  text.replaceAll(/(?![\t\n\r])[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)

/** As `hexdump -C` prints them. */
const hexLines = (bytes: Buffer): string =>
  Array.from({ length: Math.ceil(bytes.length / HEX_LINE_BYTES) }, (_, line) => {
    const some = bytes.subarray(line * HEX_LINE_BYTES, (line + 1) * HEX_LINE_BYTES)
    const numbers = Array.from(some, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const letters = Array.from(some, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    return `${(line * HEX_LINE_BYTES).toString(16).padStart(4, '0')}  ${numbers.padEnd(3 * HEX_LINE_BYTES - 1)}  ${letters}`
  }).join('\n')
