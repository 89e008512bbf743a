import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { messageOf } from '../errors.ts'
import type { Entry, Lifetime } from '../entry.ts'
import { fromTree, toTree, type ValueTree } from './value-tree.ts'

/**
 * The bytes of an entry, in one object so that no part can come from another render:
 *
 *      0   4  "s3ce"
 *      4   1  version of this layout
 *      5   3  zero
 *      8   4  length of the header, little-endian
 *     12   4  length of the body as stored
 *     16  16  first half of the SHA-256 of all before and all after these 16 bytes
 *     32      header: JSON, see {@link Header}
 *      …      body: the value's tree as JSON, then its sections, together gzipped where that pays
 */
const MAGIC = Buffer.from('s3ce')
const VERSION = 1
const FIXED_BYTES = 32
const CHECKSUM_OFFSET = 16
const CHECKSUM_BYTES = 16

interface Header {
  readonly kind: Entry['kind']
  readonly key: string
  readonly lastModified: number
  readonly seen: number
  readonly tags: readonly string[]
  /** `expire` may be Infinity, which JSON lacks, so the lifetime is a tree. */
  readonly lifetime: ValueTree
  readonly encoding: 'identity' | 'gzip'
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

const gzipAsync = promisify(gzip)
const gunzipAsync = promisify(gunzip)

/** Encodes an entry; compression runs off the event loop. Throws UnencodableValueError. */
export async function encodeEntry(entry: Entry, { compressMinBytes }: EncodeOptions): Promise<Buffer> {
  const sections: Uint8Array[] = []
  const tree = Buffer.from(JSON.stringify(toTree(entry.value, sections)))
  const plain = Buffer.concat([tree, ...sections])
  const gzipped = plain.length >= compressMinBytes ? await gzipAsync(plain) : plain
  const body = gzipped.length < plain.length ? gzipped : plain
  const header: Header = {
    kind: entry.kind,
    key: entry.key,
    lastModified: entry.lastModified,
    seen: entry.seen,
    tags: entry.tags,
    lifetime: toTree(entry.lifetime, []),
    encoding: body === plain ? 'identity' : 'gzip',
    bodyBytes: plain.length,
    sections: [tree.length, ...sections.map((bytes) => bytes.length)],
  }
  return frame(Buffer.from(JSON.stringify(header)), body)
}

/** Decodes an object's bytes. Anything but an intact entry of this version is `corrupt`. */
export async function decodeEntry(bytes: Uint8Array): Promise<DecodeResult> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const damage = findDamage(buffer)
  if (damage !== undefined) return { kind: 'corrupt', reason: damage }
  try {
    return { kind: 'entry', entry: await unframe(buffer) }
  } catch (error) {
    return { kind: 'corrupt', reason: messageOf(error) }
  }
}

function frame(header: Buffer, body: Buffer): Buffer {
  const fixed = Buffer.alloc(FIXED_BYTES)
  MAGIC.copy(fixed)
  fixed.writeUInt8(VERSION, 4)
  fixed.writeUInt32LE(header.length, 8)
  fixed.writeUInt32LE(body.length, 12)
  const bytes = Buffer.concat([fixed, header, body])
  checksum(bytes).copy(bytes, CHECKSUM_OFFSET)
  return bytes
}

function findDamage(bytes: Buffer): string | undefined {
  if (bytes.length < FIXED_BYTES) return `truncated to ${bytes.length} bytes`
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return 'not a cache entry'
  const version = bytes.readUInt8(4)
  if (version !== VERSION) return `version ${version} is not ${VERSION}, the one this release reads`
  const length = FIXED_BYTES + bytes.readUInt32LE(8) + bytes.readUInt32LE(12)
  if (bytes.length !== length) return `${bytes.length} bytes instead of ${length}`
  const stored = bytes.subarray(CHECKSUM_OFFSET, FIXED_BYTES)
  return checksum(bytes).equals(stored) ? undefined : 'checksum does not match'
}

async function unframe(bytes: Buffer): Promise<Entry> {
  const bodyStart = FIXED_BYTES + bytes.readUInt32LE(8)
  const header = JSON.parse(bytes.toString('utf8', FIXED_BYTES, bodyStart)) as Header
  const stored = bytes.subarray(bodyStart)
  const body =
    header.encoding === 'gzip' ? await gunzipAsync(stored, { maxOutputLength: Math.max(1, header.bodyBytes) }) : stored
  const [tree, ...sections] = split(body, header.sections)
  const { kind, key, lastModified, seen, tags } = header
  const value = fromTree(JSON.parse(String(tree)) as ValueTree, sections)
  const lifetime = fromTree(header.lifetime, []) as Lifetime | undefined
  return { kind, key, value, lastModified, seen, tags, lifetime }
}

function split(body: Buffer, lengths: readonly number[]): Buffer[] {
  let offset = 0
  const parts = lengths.map((length) => body.subarray(offset, (offset += length)))
  if (offset !== body.length) throw new Error(`sections of ${offset} bytes in a body of ${body.length}`)
  return parts
}

const checksum = (bytes: Buffer): Buffer =>
  createHash('sha256')
    .update(bytes.subarray(0, CHECKSUM_OFFSET))
    .update(bytes.subarray(CHECKSUM_OFFSET + CHECKSUM_BYTES))
    .digest()
    .subarray(0, CHECKSUM_BYTES)
