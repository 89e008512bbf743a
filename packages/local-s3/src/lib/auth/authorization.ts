import { S3Error } from '../http/errors.ts'
import { header, type S3Request } from '../http/request.ts'
import type { CredentialClaim } from './credentials.ts'
import type { Scope } from './signing.ts'

/** What a request claims about its signer, not yet verified. */
export interface Authorization extends CredentialClaim {
  readonly kind: 'header' | 'presigned'
  readonly scope: Scope
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** When it was signed, as `20260131T120000Z`. */
  readonly signedAt: string
  /** How long a presigned URL is valid, in seconds. Absent for signed headers. */
  readonly expiresSeconds?: number
  /** `x-amz-content-sha256`: a hash, `UNSIGNED-PAYLOAD` or one of the `STREAMING-…` names. */
  readonly payloadHash: string
}

const ALGORITHM = 'AWS4-HMAC-SHA256'
const MAX_EXPIRES_SECONDS = 7 * 24 * 3600
const PAYLOAD_HASH = /^(?:[\da-f]{64}|UNSIGNED-PAYLOAD|STREAMING-[\w-]+)$/

/** Reads the signature from the `Authorization` header or from a presigned URL; throws `AccessDenied` without one. */
export function parseAuthorization(request: S3Request): Authorization {
  const authorization = request.headers.authorization
  const presigned = request.target.query.has('X-Amz-Signature')
  if (authorization === undefined) {
    if (!presigned) throw new S3Error('AccessDenied')
    return parsePresigned(request)
  }
  if (presigned) throw new S3Error('InvalidArgument', 'Only one auth mechanism allowed.')
  return parseHeader(request, authorization)
}

function parseHeader(request: S3Request, authorization: string): Authorization {
  const match = /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([\da-f]{64})$/.exec(
    authorization.trim(),
  )
  if (match === null) throw new S3Error('AuthorizationHeaderMalformed')
  const [, credential = '', signedHeaders = '', signature = ''] = match
  const payloadHash = request.message.headers['x-amz-content-sha256']
  if (payloadHash === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
  }
  return {
    kind: 'header',
    ...parseCredential(credential, 'AuthorizationHeaderMalformed'),
    sessionToken: header(request, 'x-amz-security-token'),
    signedHeaders: signedHeaders.split(';'),
    signature,
    signedAt: signingTime(request),
    payloadHash: parsePayloadHash(String(payloadHash)),
  }
}

function parsePresigned(request: S3Request): Authorization {
  const { query } = request.target
  const parameter = (name: string): string => {
    const value = query.get(name)
    if (value === undefined) throw new S3Error('AuthorizationQueryParametersError', `${name} is missing.`)
    return value
  }
  if (parameter('X-Amz-Algorithm') !== ALGORITHM) throw new S3Error('AuthorizationQueryParametersError')
  const expiresSeconds = Number(parameter('X-Amz-Expires'))
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 1 || expiresSeconds > MAX_EXPIRES_SECONDS) {
    throw new S3Error('AuthorizationQueryParametersError', 'X-Amz-Expires must be from 1 to 604800 seconds.')
  }
  const hash = request.message.headers['x-amz-content-sha256'] ?? query.get('X-Amz-Content-Sha256')
  return {
    kind: 'presigned',
    ...parseCredential(parameter('X-Amz-Credential'), 'AuthorizationQueryParametersError'),
    sessionToken: query.get('X-Amz-Security-Token'),
    signedHeaders: parameter('X-Amz-SignedHeaders').split(';'),
    signature: parameter('X-Amz-Signature'),
    signedAt: parameter('X-Amz-Date'),
    expiresSeconds,
    payloadHash: parsePayloadHash(String(hash ?? 'UNSIGNED-PAYLOAD')),
  }
}

type MalformedCode = 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError'

/** `<access key>/<date>/<region>/s3/aws4_request`; the access key itself may hold slashes. */
function parseCredential(credential: string, code: MalformedCode): Pick<Authorization, 'accessKeyId' | 'scope'> {
  const match = /^(.+)\/(\d{8})\/([^/]+)\/s3\/aws4_request$/.exec(credential)
  if (match === null) throw new S3Error(code, `The credential "${credential}" is malformed or not for the service s3.`)
  const [, accessKeyId = '', date = '', region = ''] = match
  return { accessKeyId, scope: { date, region } }
}

function parsePayloadHash(value: string): string {
  if (!PAYLOAD_HASH.test(value)) {
    throw new S3Error(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-… or a SHA-256 hash.',
    )
  }
  return value
}

function signingTime(request: S3Request): string {
  const { 'x-amz-date': amzDate, date } = request.message.headers
  if (amzDate !== undefined) return String(amzDate)
  const time = Date.parse(date ?? '')
  if (Number.isNaN(time)) throw new S3Error('AccessDenied', 'The request needs a valid x-amz-date or Date header.')
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '')
}
