import type { S3Request } from '../http/request.ts'
import { encodeUriComponent, encodeUriPath } from '../http/uri.ts'

/**
 * The text that a signature covers. S3 encodes the path once, unlike other services:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function canonicalRequest(request: S3Request, signedHeaders: readonly string[], payloadHash: string): string {
  return [
    request.method,
    encodeUriPath(request.target.path),
    canonicalQuery(request.target.query),
    ...signedHeaders.map((name) => `${name}:${canonicalHeader(request, name)}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n')
}

function canonicalQuery(query: ReadonlyMap<string, string>): string {
  const parts: string[] = []
  for (const [name, value] of query) {
    if (name !== 'X-Amz-Signature') parts.push(`${encodeUriComponent(name)}=${encodeUriComponent(value)}`)
  }
  return parts.toSorted().join('&')
}

/** Signed are the headers of the message itself, never those that a presigned URL stands in for. */
function canonicalHeader(request: S3Request, name: string): string {
  const value = request.message.headers[name] ?? ''
  return String(value).trim().replace(/\s+/g, ' ')
}
