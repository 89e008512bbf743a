import { promisify } from 'node:util'
import * as zlib from 'node:zlib'

/**
 * One way to fewer bytes, off the event loop.
 * @typedef {{
 *   name: string,
 *   compress: (bytes: Buffer) => Promise<Buffer>,
 *   decompress: (bytes: Buffer, length: number) => Promise<Buffer>,
 * }} Compressor `length`: of what comes out.
 */

/** As the codec has it: Node's 16 KB would measure the way through the thread pool. */
const COMPRESSED_CHUNK = { chunkSize: 64 * 1024 }
const allOf = (length) => ({ chunkSize: length + 1 })

/** @returns {Compressor[]} those that this Node has */
export function compressors() {
  return [
    ...[1, 3, 6, 9].map(gzipOf),
    ...[1, 3, 4, 5].map(brotliOf),
    ...('zstdCompress' in zlib ? [1, 3, 6].map(zstdOf) : []),
  ]
}

/** @param {number} level */
function gzipOf(level) {
  const [gzip, gunzip] = [promisify(zlib.gzip), promisify(zlib.gunzip)]
  return {
    name: `gzip ${level}`,
    compress: (bytes) => gzip(bytes, { ...COMPRESSED_CHUNK, level }),
    decompress: (bytes, length) => gunzip(bytes, allOf(length)),
  }
}

/** @param {number} quality */
function brotliOf(quality) {
  const [compress, decompress] = [promisify(zlib.brotliCompress), promisify(zlib.brotliDecompress)]
  return {
    name: `brotli ${quality}`,
    compress: (bytes) =>
      compress(bytes, {
        ...COMPRESSED_CHUNK,
        params: {
          [zlib.constants.BROTLI_PARAM_QUALITY]: quality,
          [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      }),
    decompress: (bytes, length) => decompress(bytes, allOf(length)),
  }
}

/** @param {number} level */
function zstdOf(level) {
  const [compress, decompress] = [promisify(zlib.zstdCompress), promisify(zlib.zstdDecompress)]
  return {
    name: `zstd ${level}`,
    compress: (bytes) =>
      compress(bytes, { ...COMPRESSED_CHUNK, params: { [zlib.constants.ZSTD_c_compressionLevel]: level } }),
    decompress: (bytes, length) => decompress(bytes, allOf(length)),
  }
}
