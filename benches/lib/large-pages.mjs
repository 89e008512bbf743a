import { createCipheriv } from 'node:crypto'
import { cardAt } from '../apps/articles/lib/prose.mjs'

/** Enough for many pages that differ, each of other paragraphs in another order. */
const PARAGRAPHS = 6000

/**
 * Pages of so many bytes, each the same every time: half of it prose, which does not repeat within a page, half of it bytes
 * that no compression makes fewer. BENCH_TEXT names the text that the prose is made of.
 * @param {number} bytes
 */
export function createLargePages(bytes) {
  const paragraphs = Array.from({ length: PARAGRAPHS / 3 }, (_, index) => cardAt(index).paragraphs)
    .flat()
    .map((text) => Buffer.from(`<p>${text.replaceAll(/[^ -~]/g, '')}</p>\n`))
  return (/** @type {number} */ number) => ({
    kind: /** @type {const} */ ('APP_PAGE'),
    html: proseOf(paragraphs, number, bytes / 2).toString('latin1'),
    rscData: randomBytesOf(number, bytes / 2),
    headers: { 'x-next-cache-tags': '_N_T_/layout' },
    postponed: undefined,
    status: undefined,
    segmentData: new Map(),
  })
}

/** Paragraphs in strides that no two neighbours among the pages share, so that each is met once before any is met again. */
function proseOf(paragraphs, number, bytes) {
  const html = Buffer.alloc(bytes)
  const stride = STRIDES[number % STRIDES.length]
  let filled = html.write(`<h1>Page ${number}</h1>\n`)
  for (let index = number; filled < bytes; index += stride) filled += paragraphs[index % PARAGRAPHS].copy(html, filled)
  return html
}

/** None has a factor of the number of paragraphs. */
const STRIDES = [1, 7, 11, 13, 17, 19, 23, 29, 31, 37]

/** A stream cipher over nothing, under a key that the number makes. */
function randomBytesOf(number, bytes) {
  const key = Buffer.alloc(16)
  key.writeUInt32LE(number)
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes))
}
