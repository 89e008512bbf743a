import { promisify } from 'node:util'
import zlib, { constants } from 'node:zlib'
import type { Transform } from 'node:stream'

/** How a body is stored. */
export type Encoding = 'identity' | 'gzip' | 'br' | 'zstd'

/** Measured on pages that Next has rendered: `benches/results.md`, decision 018. */
const BROTLI_QUALITY = 4
const ZSTD_LEVEL = 3

/** What Node has from 22.15 on, and its types for Node 20 do not. */
interface Zstd {
  readonly createZstdCompress: (options: { readonly params: Readonly<Record<number, number>> }) => Transform
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
  if (encoding === 'zstd' && zstd !== undefined) {
    return zstd.createZstdCompress({ params: { [ZSTD_COMPRESSION_LEVEL]: ZSTD_LEVEL } })
  }
  return zlib.createBrotliCompress({
    params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes },
  })
}

const gunzip = promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.gunzip)
const brotliDecompress = promisify<Buffer, { maxOutputLength: number }, Buffer>(zlib.brotliDecompress)
const zstdDecompress = zstd && promisify<Buffer, { maxOutputLength: number }, Buffer>(zstd.zstdDecompress)

/** Off the event loop. Rejects where it would take more than `maxBytes`, and where this Node cannot. */
export async function decompress(encoding: Encoding, bytes: Buffer, maxBytes: number): Promise<Buffer> {
  const limit = { maxOutputLength: Math.max(1, maxBytes) }
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
