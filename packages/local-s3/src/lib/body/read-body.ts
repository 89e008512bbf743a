import type { Authentication } from '../auth/authenticate.ts'
import { createChunkVerifier } from '../auth/chunk-verifier.ts'
import { sha256Hex } from '../auth/signing.ts'
import { md5 } from '../etag.ts'
import { S3Error } from '../http/errors.ts'
import { header, type S3Request } from '../http/request.ts'
import { decodeAwsChunked, type DecodedBody } from './aws-chunked.ts'
import { verifyChecksum, verifyContentMd5, type ObjectChecksum } from './checksums.ts'
import { collect } from './collect.ts'

/** A request's body, complete, decoded and verified. */
export interface RequestBody {
  readonly bytes: Buffer
  readonly md5: Buffer
  readonly checksum: ObjectChecksum | undefined
}

/** Bodies are held in memory while they are received, so the limit is lower than S3's 5 GiB. */
const MAX_BODY_BYTES = 1024 ** 3

/**
 * Reads the body and verifies all that the request says of it: length, hash, signatures, MD5 and checksum.
 * @param authentication Absent for a request that nobody has signed.
 */
export async function readBody(request: S3Request, authentication: Authentication | undefined): Promise<RequestBody> {
  const stream = authentication?.payloadHash.startsWith('STREAMING-') === true ? authentication : undefined
  if (stream === undefined && request.headers['content-length'] === undefined) throw new S3Error('MissingContentLength')
  const raw = await collect(request.message, MAX_BODY_BYTES)
  const { body, trailer } =
    stream === undefined ? verifyHash(authentication?.payloadHash, raw) : decodeStream(request, stream, raw)
  const digest = md5(body)
  verifyContentMd5(header(request, 'content-md5'), digest)
  return { bytes: body, md5: digest, checksum: verifyChecksum(checksumFields(request, trailer), body) }
}

function verifyHash(payloadHash: string | undefined, body: Buffer): DecodedBody {
  if (payloadHash !== undefined && payloadHash !== 'UNSIGNED-PAYLOAD' && payloadHash !== sha256Hex(body)) {
    throw new S3Error('XAmzContentSHA256Mismatch')
  }
  return { body, trailer: new Map() }
}

function decodeStream(request: S3Request, authentication: Authentication, raw: Buffer): DecodedBody {
  const length = header(request, 'x-amz-decoded-content-length')
  if (length === undefined) throw new S3Error('MissingContentLength')
  const decoded = decodeAwsChunked(raw, verifierFor(authentication))
  if (decoded.body.length !== Number(length)) throw new S3Error('IncompleteBody')
  return decoded
}

function verifierFor(authentication: Authentication): ReturnType<typeof createChunkVerifier> | undefined {
  switch (authentication.payloadHash) {
    case 'STREAMING-UNSIGNED-PAYLOAD-TRAILER':
      return undefined
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD':
    case 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER':
      return createChunkVerifier(authentication)
    default:
      throw new S3Error('NotImplemented', `The payload ${authentication.payloadHash} is not implemented.`)
  }
}

/** Checksums may stand in a header or, once announced by `x-amz-trailer`, behind the body. */
function checksumFields(request: S3Request, trailer: ReadonlyMap<string, string>): Map<string, string> {
  const fields = new Map(trailer)
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith('x-amz-checksum-')) fields.set(name, String(value))
  }
  const announced = header(request, 'x-amz-trailer')?.toLowerCase().split(',') ?? []
  const missing = announced.find((name) => !trailer.has(name.trim()))
  if (missing !== undefined) throw new S3Error('InvalidRequest', `The trailer ${missing} was announced but not sent.`)
  return fields
}
