import { createHash } from 'node:crypto'
import { S3Error } from '../http/errors.ts'
import { crc32, crc32c } from './crc32.ts'

/** Checksum algorithms by the end of their header's name. */
export type ChecksumAlgorithm = 'crc32' | 'crc32c' | 'sha1' | 'sha256'

/** The checksum that came with an object, verified. */
export interface ObjectChecksum {
  readonly algorithm: ChecksumAlgorithm
  /** Base64. */
  readonly value: string
}

const PREFIX = 'x-amz-checksum-'
const algorithms: Readonly<Record<ChecksumAlgorithm, (data: Uint8Array) => Buffer>> = {
  crc32,
  crc32c,
  sha1: (data) => createHash('sha1').update(data).digest(),
  sha256: (data) => createHash('sha256').update(data).digest(),
}

/** Verifies the one `x-amz-checksum-*` header or trailer, if there is one; `BadDigest` when it does not fit. */
export function verifyChecksum(fields: ReadonlyMap<string, string>, body: Uint8Array): ObjectChecksum | undefined {
  const given = [...fields].filter(([name]) => name.startsWith(PREFIX) && !/-(?:algorithm|mode|type)$/.test(name))
  const [first, second] = given
  if (first === undefined) return undefined
  if (second !== undefined) throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header.')
  const [name, value] = first
  const algorithm = name.slice(PREFIX.length)
  if (!isAlgorithm(algorithm)) throw new S3Error('NotImplemented', `The checksum header ${name} is not implemented.`)
  const expected = algorithms[algorithm](body)
  const received = Buffer.from(value, 'base64')
  if (received.length !== expected.length || received.toString('base64') !== value) {
    throw new S3Error('InvalidRequest', `Value for ${name} header is invalid.`)
  }
  if (!received.equals(expected)) throw new S3Error('BadDigest', `The ${name} you specified did not match the body.`)
  return { algorithm, value }
}

/** Verifies `Content-MD5` against the body's MD5. */
export function verifyContentMd5(contentMd5: string | undefined, md5: Buffer): void {
  if (contentMd5 === undefined) return
  const received = Buffer.from(contentMd5, 'base64')
  if (received.length !== 16) throw new S3Error('InvalidDigest')
  if (!received.equals(md5)) throw new S3Error('BadDigest')
}

/** The headers that tell an object's checksum. */
export function checksumHeaders(checksum: ObjectChecksum | undefined): Record<string, string> {
  if (checksum === undefined) return {}
  return { [`${PREFIX}${checksum.algorithm}`]: checksum.value, 'x-amz-checksum-type': 'FULL_OBJECT' }
}

function isAlgorithm(name: string): name is ChecksumAlgorithm {
  return Object.hasOwn(algorithms, name)
}
