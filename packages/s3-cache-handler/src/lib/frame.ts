import { createHash } from 'node:crypto'

/**
 * What every object of ours is framed in, so that damage and foreign bytes are told apart from content:
 *
 *      0   4  magic, which says what it holds
 *      4   1  version of the layout of header and body
 *      5   3  zero
 *      8   4  length of the header, little-endian
 *     12   4  length of the body
 *     16  16  first half of the SHA-256 of all before and all after these 16 bytes
 *     32      header, then body
 */
const FIXED_BYTES = 32
const CHECKSUM_OFFSET = 16
const CHECKSUM_BYTES = 16

/** What an object holds, by the first five of its bytes. */
export interface FrameFormat {
  /** Four ASCII characters. */
  readonly magic: string
  readonly version: number
  /** What to call it in a message. */
  readonly name: string
}

export type Unframed =
  | { readonly kind: 'framed'; readonly header: Buffer; readonly body: Buffer }
  | { readonly kind: 'damaged'; readonly reason: string }

/** The body may come in parts, so that nobody has to make one of them before it is made one with the rest. */
export const frame = (format: FrameFormat, header: Uint8Array, body: readonly Uint8Array[]): Buffer =>
  Buffer.concat([frameHead(format, header, body), ...body])

/** All of a frame that comes before its body. */
export function frameHead({ magic, version }: FrameFormat, header: Uint8Array, body: readonly Uint8Array[]): Buffer {
  const fixed = Buffer.alloc(FIXED_BYTES)
  fixed.write(magic, 'latin1')
  fixed.writeUInt8(version, 4)
  fixed.writeUInt32LE(header.length, 8)
  fixed.writeUInt32LE(lengthOf(body), 12)
  const head = Buffer.concat([fixed, header])
  checksum(head, body).copy(head, CHECKSUM_OFFSET)
  return head
}

export const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0)

/** Header and body, which share their memory with `bytes`. */
export function unframe(format: FrameFormat, bytes: Uint8Array): Unframed {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const reason = findDamage(format, buffer)
  if (reason !== undefined) return { kind: 'damaged', reason }
  const bodyStart = FIXED_BYTES + buffer.readUInt32LE(8)
  return { kind: 'framed', header: buffer.subarray(FIXED_BYTES, bodyStart), body: buffer.subarray(bodyStart) }
}

/** The header of a frame without its body, unverified; undefined for what is none of this format. */
export function headerIn({ magic, version }: FrameFormat, head: Buffer): Buffer | undefined {
  if (head.length < FIXED_BYTES || head.toString('latin1', 0, 4) !== magic || head.readUInt8(4) !== version) {
    return undefined
  }
  const header = head.subarray(FIXED_BYTES)
  return header.length === head.readUInt32LE(8) ? header : undefined
}

function findDamage({ magic, version, name }: FrameFormat, bytes: Buffer): string | undefined {
  if (bytes.length < FIXED_BYTES) return `truncated to ${bytes.length} bytes`
  if (bytes.toString('latin1', 0, 4) !== magic) return `not a ${name}`
  const found = bytes.readUInt8(4)
  if (found !== version) return `version ${found} is not ${version}, the one this release reads`
  const length = FIXED_BYTES + bytes.readUInt32LE(8) + bytes.readUInt32LE(12)
  if (bytes.length !== length) return `${bytes.length} bytes instead of ${length}`
  const stored = bytes.subarray(CHECKSUM_OFFSET, FIXED_BYTES)
  return checksum(bytes).equals(stored) ? undefined : 'checksum does not match'
}

/** Of bytes that begin with a whole head. */
function checksum(bytes: Buffer, rest: readonly Uint8Array[] = []): Buffer {
  const hash = createHash('sha256')
    .update(bytes.subarray(0, CHECKSUM_OFFSET))
    .update(bytes.subarray(CHECKSUM_OFFSET + CHECKSUM_BYTES))
  for (const part of rest) hash.update(part)
  return hash.digest().subarray(0, CHECKSUM_BYTES)
}
