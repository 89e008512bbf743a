import { promisify } from 'node:util'
import zlib, { constants } from 'node:zlib'
import type { Transform } from 'node:stream'

/** How a body is stored. */
export type Encoding = 'identity' | 'gzip' | 'br' | 'zstd'

/** Measured on pages that Next has rendered: `benches/results.md`, decision 018. */
const BROTLI_QUALITY = 4
const ZSTD_LEVEL = 3

/**
 * Node's own 16 KB would take a page of 560 KB through the thread pool, and back to the event loop, 35 times:
 * https://nodejs.org/api/zlib.html#class-options
 */
const COMPRESSED_CHUNK_BYTES = 64 * 1024
/** What a header claims to follow is not allocated at once. */
const MAX_CHUNK_BYTES = 4 * 1024 * 1024
const MIN_CHUNK_BYTES = 64

/** What Node has from 22.15 on, and its types for Node 20 do not. */
interface ZstdOptions {
  readonly chunkSize: number
  readonly params: Readonly<Record<number, number>>
}
interface Zstd {
  readonly createZstdCompress: (options: ZstdOptions) => Transform
  readonly zstdDecompress: typeof zlib.gunzip
}
const zstd: Zstd | undefined = 'createZstdCompress' in zlib ? (zlib as typeof zlib & Zstd) : undefined
const ZSTD_COMPRESSION_LEVEL = 100

/**
 * The best that every reader can undo.
 * @param isOfDeployment Whether only instances of one build read it, which run on the same Node: what is shared must be
 * readable on an older one, too.
 */
export const bestEncoding = ({ isOfDeployment }: { readonly isOfDeployment: boolean }): 'br' | 'zstd' =>
  isOfDeployment && zstd !== undefined ? 'zstd' : 'br'

/**
 * Off the event loop, and in parts, none of which is made one before the whole object is. Undefined where it takes as
 * many bytes as before.
 */
export async function compress(
  encoding: 'br' | 'zstd',
  parts: readonly Uint8Array[],
  bytesBefore: number,
): Promise<Buffer[] | undefined> {
  const stream = createCompressor(encoding, bytesBefore)
  for (const part of parts) stream.write(part)
  stream.end()
  const compressed: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes >= bytesBefore) return undefined
    compressed.push(chunk)
  }
  return compressed
}

function createCompressor(encoding: 'br' | 'zstd', bytes: number): Transform {
  const chunkSize = COMPRESSED_CHUNK_BYTES
  if (encoding === 'zstd' && zstd !== undefined) {
    return zstd.createZstdCompress({ chunkSize, params: { [ZSTD_COMPRESSION_LEVEL]: ZSTD_LEVEL } })
  }
  return zlib.createBrotliCompress({
    chunkSize,
    params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes },
  })
}

interface Limit {
  readonly maxOutputLength: number
  readonly chunkSize: number
}
const gunzip = promisify<Buffer, Limit, Buffer>(zlib.gunzip)
const brotliDecompress = promisify<Buffer, Limit, Buffer>(zlib.brotliDecompress)
const zstdDecompress = zstd && promisify<Buffer, Limit, Buffer>(zstd.zstdDecompress)

/** Off the event loop. Rejects where it would take more than `maxBytes`, and where this Node cannot. */
export async function decompress(encoding: Encoding, bytes: Buffer, maxBytes: number): Promise<Buffer> {
  // One byte more than there will be: a buffer that is full asks for another.
  const chunkSize = Math.max(MIN_CHUNK_BYTES, Math.min(maxBytes + 1, MAX_CHUNK_BYTES))
  const limit: Limit = { maxOutputLength: Math.max(1, maxBytes), chunkSize }
  switch (encoding) {
    case 'identity':
      return bytes
    case 'gzip':
      return await gunzip(bytes, limit)
    case 'br':
      return await brotliDecompress(bytes, limit)
    case 'zstd':
      if (zstdDecompress === undefined) throw new Error('compressed with zstd, which Node has from 22.15 on')
      return await zstdDecompress(bytes, limit)
    default:
      throw new Error(`compressed with "${String(encoding)}", which this release cannot read`)
  }
}
