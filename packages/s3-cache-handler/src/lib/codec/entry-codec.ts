import { messageOf } from '../errors.ts'
import type { Entry, Lifetime } from '../entry.ts'
import { frame, type FrameFormat, lengthOf, unframe } from '../frame.ts'
import { bestEncoding, compress, decompress, type Encoding } from './compression.ts'
import { requireEntry } from './require-entry.ts'
import { fromTree, toTree, type ValueTree } from './value-tree.ts'

/**
 * The bytes of an entry, in one object so that no part can come from another render. The header is JSON, see
 * {@link Header}; the body is the value's tree as JSON, then its sections, together compressed where that pays.
 */
const FORMAT: FrameFormat = { magic: 's3ce', version: 1, name: 'cache entry' }

interface Header {
  readonly kind: Entry['kind']
  readonly key: string
  readonly lastModified: number
  readonly seen: number
  readonly known?: Entry['known']
  readonly tags: readonly string[]
  readonly isUnindexed?: boolean | undefined
  /** `expire` may be Infinity, which JSON lacks, so the lifetime is a tree. */
  readonly lifetime: ValueTree
  readonly encoding: Encoding
  /** Length of the body as it is before compression: what decompressing may not exceed. */
  readonly bodyBytes: number
  /** Lengths of the tree's JSON and of each section. */
  readonly sections: readonly number[]
}

/** The media type of an encoded entry. */
export const ENTRY_CONTENT_TYPE = 'application/vnd.s3-cache-entry'

/** What stands in bytes that hold no entry: read as a miss and reported, never thrown. */
export type DecodeResult =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'corrupt'; readonly reason: string }

export interface EncodeOptions {
  /** Bodies of this many bytes or more are compressed. */
  readonly compressMinBytes: number
}

/** Encodes an entry; compression runs off the event loop. Throws UnencodableValueError. */
export async function encodeEntry(entry: Entry, { compressMinBytes }: EncodeOptions): Promise<Buffer> {
  const sections: Uint8Array[] = []
  const tree = Buffer.from(JSON.stringify(toTree(entry.value, sections)))
  const plain = [tree, ...sections]
  const bodyBytes = lengthOf(plain)
  const encoding = bestEncoding({ isOfDeployment: entry.kind === 'page' || entry.kind === 'use-cache' })
  const compressed = bodyBytes >= compressMinBytes ? await compress(encoding, plain, bodyBytes) : undefined
  const header: Header = {
    kind: entry.kind,
    key: entry.key,
    lastModified: entry.lastModified,
    seen: entry.seen,
    known: entry.known,
    tags: entry.tags,
    isUnindexed: entry.isUnindexed,
    lifetime: toTree(entry.lifetime, []),
    encoding: compressed === undefined ? 'identity' : encoding,
    bodyBytes,
    sections: plain.map((bytes) => bytes.length),
  }
  return frame(FORMAT, Buffer.from(JSON.stringify(header)), compressed ?? plain)
}

/** Decodes an object's bytes. Anything but an intact entry of this version is `corrupt`. */
export async function decodeEntry(bytes: Uint8Array): Promise<DecodeResult> {
  const framed = unframe(FORMAT, bytes)
  if (framed.kind === 'damaged') return { kind: 'corrupt', reason: framed.reason }
  try {
    return { kind: 'entry', entry: await toEntry(framed.header, framed.body) }
  } catch (error) {
    return { kind: 'corrupt', reason: messageOf(error) }
  }
}

async function toEntry(headerBytes: Buffer, stored: Buffer): Promise<Entry> {
  const header = JSON.parse(headerBytes.toString('utf8')) as Header
  // What is no number would be no limit, to zlib.
  if (!Number.isSafeInteger(header.bodyBytes)) throw new Error('it does not say how long its body is')
  const body = await decompress(header.encoding, stored, header.bodyBytes)
  const [tree, ...sections] = split(body, header.sections)
  const { kind, key, lastModified, seen, known, tags, isUnindexed } = header
  const value = fromTree(JSON.parse(String(tree)) as ValueTree, sections)
  const lifetime = fromTree(header.lifetime, []) as Lifetime | undefined
  requireEntry({ ...header, lifetime })
  const entry = { kind, key, value, lastModified, seen, tags, lifetime }
  return { ...entry, ...(known && { known }), ...(isUnindexed && { isUnindexed }) }
}

function split(body: Buffer, lengths: readonly number[]): Buffer[] {
  let offset = 0
  const parts = lengths.map((length) => body.subarray(offset, (offset += length)))
  if (offset !== body.length) throw new Error(`sections of ${offset} bytes in a body of ${body.length}`)
  return parts
}
