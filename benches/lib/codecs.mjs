import { decodeObject, encodeObject } from '../../packages/s3-cache-handler/dist/lib/codec/object-codec.js'

/** @typedef {import('./page-values.mjs').PageValue} PageValue */

/**
 * A way to bytes and back.
 * @typedef {{
 *   encode: (value: PageValue) => Promise<Buffer> | Buffer,
 *   decode: (bytes: Buffer) => Promise<PageValue> | PageValue,
 * }} Codec
 */

/**
 * As the handler does it.
 * @param {number} compressMinBytes
 * @returns {Codec}
 */
export const entryCodec = (compressMinBytes) => ({
  async encode(value) {
    const tags = (value.headers['x-next-cache-tags'] ?? '').split(',')
    const lifetime = { revalidate: 3600, expire: 31_536_000 }
    const entry = /** @type {const} */ ({
      kind: 'page',
      key: '/a',
      value,
      lastModified: Date.now(),
      seen: 0,
      tags,
      lifetime,
    })
    const { body } = await encodeObject(entry, { compressMinBytes })
    return body
  },
  async decode(body) {
    const decoded = await decodeObject({ body })
    if (decoded.kind !== 'entry') throw new Error(decoded.reason)
    return /** @type {PageValue} */ (decoded.entry.value)
  },
})

/**
 * As handlers on Redis do it: JSON, with bytes as base64 in it, and UTF-8 on the wire.
 * @type {Codec}
 */
export const jsonCodec = {
  encode({ rscData, segmentData, ...rest }) {
    const segments = [...segmentData].map(([path, bytes]) => [path, bytes.toString('base64')])
    const value = { ...rest, rscData: rscData.toString('base64'), segmentData: Object.fromEntries(segments) }
    return Buffer.from(JSON.stringify({ value, lastModified: Date.now(), lifetime: { revalidate: 3600 } }))
  },
  decode(bytes) {
    const { value } = JSON.parse(bytes.toString())
    const segments = Object.entries(value.segmentData).map(([path, text]) => [path, Buffer.from(text, 'base64')])
    return { ...value, rscData: Buffer.from(value.rscData, 'base64'), segmentData: new Map(segments) }
  },
}
