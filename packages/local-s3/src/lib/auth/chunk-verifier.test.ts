import { describe, expect, it } from 'vitest'
import type { Authentication } from './authenticate.ts'
import { createChunkVerifier } from './chunk-verifier.ts'
import { signingKey } from './signing.ts'

type Signed = Omit<Authentication, 'credentials'>

/** The worked examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and …-trailers.html */
const scope = { date: '20130524', region: 'us-east-1' }
const example = (payloadHash: string, signature: string): Signed => ({
  kind: 'header',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  sessionToken: undefined,
  scope,
  signedHeaders: [],
  signature,
  signedAt: '20130524T000000Z',
  payloadHash,
  signingKey: signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope),
})
const plain = (): Signed =>
  example('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9')
const withTrailer = (): Signed =>
  example(
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
  )
const a64k = Buffer.alloc(65_536, 'a')
const a1k = Buffer.alloc(1024, 'a')
const none = Buffer.alloc(0)

describe('createChunkVerifier', () => {
  it('accepts the signed chunks of the S3 manual', () => {
    const verifier = createChunkVerifier(plain())
    verifier.chunk(a64k, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648')
    verifier.chunk(a1k, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497')
    verifier.chunk(none, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9')
    expect(() => verifier.trailer(new Map())).not.toThrow()
  })

  it('accepts the signed trailer of the S3 manual', () => {
    const verifier = createChunkVerifier(withTrailer())
    verifier.chunk(a64k, 'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2')
    verifier.chunk(a1k, '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7')
    verifier.chunk(none, '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992')
    const trailer = new Map([
      ['x-amz-checksum-crc32c', 'sOO8/Q=='],
      ['x-amz-trailer-signature', 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435'],
    ])
    expect(() => verifier.trailer(trailer)).not.toThrow()
  })

  it('refuses a chunk whose data differ from what was signed', () => {
    const signature = 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'
    expect(() => createChunkVerifier(plain()).chunk(Buffer.alloc(65_536, 'b'), signature)).toThrow(/signature/)
  })

  it('refuses a chunk without a signature', () => {
    expect(() => createChunkVerifier(plain()).chunk(a64k, undefined)).toThrow(/signature/)
  })
})
