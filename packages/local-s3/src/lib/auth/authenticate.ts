import { timingSafeEqual } from 'node:crypto'
import { S3Error } from '../http/errors.ts'
import type { S3Request } from '../http/request.ts'
import { parseAuthorization, type Authorization } from './authorization.ts'
import { canonicalRequest } from './canonical-request.ts'
import type { Credentials, CredentialSource } from './credentials.ts'
import { scopeText, sha256Hex, signingKey, signLines } from './signing.ts'

/** A verified signature, and the key that verifies the chunks of a signed stream. */
export interface Authentication extends Authorization {
  readonly credentials: Credentials
  readonly signingKey: Buffer
}

const MAX_SKEW_MS = 15 * 60 * 1000

/** Verifies a request's SigV4 signature; throws S3's error for each way in which it can fail. */
export function authenticate(request: S3Request, source: CredentialSource, now: number): Authentication {
  const authorization = parseAuthorization(request)
  const credentials = source.find(authorization)
  checkTime(authorization, now)
  checkSignedHeaders(request, authorization)
  const key = signingKey(credentials.secretAccessKey, authorization.scope)
  const { signedAt, scope, signedHeaders, payloadHash, signature } = authorization
  const canonical = sha256Hex(canonicalRequest(request, signedHeaders, payloadHash))
  const expected = signLines(key, 'AWS4-HMAC-SHA256', signedAt, scopeText(scope), canonical)
  if (!equalText(expected, signature)) throw new S3Error('SignatureDoesNotMatch')
  return { ...authorization, credentials, signingKey: key }
}

/** Compares two texts in a time that does not tell where they differ. */
export function equalText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function checkTime({ signedAt, scope, expiresSeconds }: Authorization, now: number): void {
  const time = parseAmzDate(signedAt)
  if (time === undefined || !signedAt.startsWith(scope.date)) {
    throw new S3Error(
      'SignatureDoesNotMatch',
      `The date "${signedAt}" does not fit the credential's date ${scope.date}.`,
    )
  }
  if (expiresSeconds === undefined) {
    if (Math.abs(now - time) > MAX_SKEW_MS) throw new S3Error('RequestTimeTooSkewed')
    return
  }
  if (time - now > MAX_SKEW_MS) throw new S3Error('AccessDenied', 'Request is not yet valid')
  if (now > time + expiresSeconds * 1000) throw new S3Error('AccessDenied', 'Request has expired')
}

function parseAmzDate(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** `host` and every `x-amz-*` header must be signed; others, such as `If-None-Match`, may be added to a presigned URL. */
function checkSignedHeaders(request: S3Request, { signedHeaders }: Authorization): void {
  if (!signedHeaders.includes('host')) throw new S3Error('AccessDenied', 'The host header must be signed')
  for (const name of Object.keys(request.message.headers)) {
    if (name.startsWith('x-amz-') && !signedHeaders.includes(name)) {
      throw new S3Error('AccessDenied', `There were headers present in the request which were not signed: ${name}`)
    }
  }
}
