import type { ChunkVerifier } from '../body/aws-chunked.ts'
import { S3Error } from '../http/errors.ts'
import { equalText, type Authentication } from './authenticate.ts'
import { EMPTY_SHA256, scopeText, sha256Hex, signLines } from './signing.ts'

const TRAILER_SIGNATURE = 'x-amz-trailer-signature'

/** Verifies a signed stream: each signature covers the one before, beginning with the request's own. */
export function createChunkVerifier(authentication: Omit<Authentication, 'credentials'>): ChunkVerifier {
  const { signingKey, signedAt, payloadHash } = authentication
  const scope = scopeText(authentication.scope)
  let previous = authentication.signature

  const verify = (algorithm: string, signature: string | undefined, ...hashes: readonly string[]): void => {
    const expected = signLines(signingKey, algorithm, signedAt, scope, previous, ...hashes)
    if (!equalText(expected, signature ?? '')) throw new S3Error('SignatureDoesNotMatch')
    previous = expected
  }

  return {
    chunk(data, signature) {
      verify('AWS4-HMAC-SHA256-PAYLOAD', signature, EMPTY_SHA256, sha256Hex(data))
    },
    trailer(fields) {
      if (!payloadHash.endsWith('-TRAILER')) return
      const signed = [...fields]
        .filter(([name]) => name !== TRAILER_SIGNATURE)
        .map(([name, value]) => `${name}:${value}\n`)
      verify('AWS4-HMAC-SHA256-TRAILER', fields.get(TRAILER_SIGNATURE), sha256Hex(signed.toSorted().join('')))
    },
  }
}
