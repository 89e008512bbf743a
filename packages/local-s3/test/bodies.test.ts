import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { ChecksumAlgorithm, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { send, sha256, sign, type RawResponse } from './raw-http.ts'
import { createClient, s3Error, startServer } from './server.ts'

const server = await startServer()
const client = createClient(server)
const Bucket = 'bucket'

const put = (Key: string, more: object): Promise<unknown> => client.send(new PutObjectCommand({ Bucket, Key, ...more }))
const bytesOf = async (Key: string): Promise<Buffer> => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
  return Buffer.from((await Body?.transformToByteArray()) ?? [])
}
const exists = (Key: string): Promise<boolean> =>
  client.send(new HeadObjectCommand({ Bucket, Key })).then(
    () => true,
    () => false,
  )

describe('checksums', () => {
  const Body = 'hello'

  it('are stored with the object and returned on demand', async () => {
    await put('crc32', { Body })
    const enabled = { Bucket, Key: 'crc32', ChecksumMode: 'ENABLED' } as const
    const expected = { ChecksumCRC32: 'NhCmhg==', ChecksumType: 'FULL_OBJECT' }
    expect(await client.send(new GetObjectCommand(enabled))).toMatchObject(expected)
    expect(await client.send(new HeadObjectCommand(enabled))).toMatchObject(expected)
    const silent = await send(server.url, sign(server.url, { path: '/bucket/crc32' }))
    expect(silent.headers['x-amz-checksum-crc32']).toBeUndefined()
  })

  it('are verified and echoed for each algorithm', async () => {
    const { CRC32, CRC32C, SHA1, SHA256 } = ChecksumAlgorithm
    for (const ChecksumAlgorithm of [CRC32, CRC32C, SHA1, SHA256]) {
      const { [`Checksum${ChecksumAlgorithm}` as const]: value } = await client.send(
        new PutObjectCommand({ Bucket, Key: 'each', Body, ChecksumAlgorithm }),
      )
      expect(value).toMatch(/^[\w+/]+=*$/)
    }
  })

  it('are refused when they do not fit the body, and nothing is stored', async () => {
    const wrong = [
      { ChecksumCRC32: 'AAAAAA==' },
      { ChecksumCRC32C: 'AAAAAA==' },
      { ChecksumSHA1: createHash('sha1').digest('base64') },
      { ChecksumSHA256: createHash('sha256').digest('base64') },
      { ContentMD5: createHash('md5').digest('base64') },
    ]
    for (const checksum of wrong) {
      await expect(put('wrong', { Body, ...checksum })).rejects.toMatchObject(s3Error('BadDigest', 400))
    }
    expect(await exists('wrong')).toBe(false)
  })

  it('are refused when they are no checksums at all', async () => {
    await expect(put('bad', { Body, ChecksumCRC32: 'x' })).rejects.toMatchObject(s3Error('InvalidRequest', 400))
    await expect(put('bad', { Body, ContentMD5: 'x' })).rejects.toMatchObject(s3Error('InvalidDigest', 400))
  })
})

describe('bodies', () => {
  it('of a stream travel as aws-chunked with a checksum behind them, and are stored as they were', async () => {
    const body = randomBytes(300_000)
    const stream = (): Readable =>
      Readable.from([body.subarray(0, 65_536), body.subarray(65_536)], { objectMode: false })
    await put('stream', { Body: stream(), ContentLength: body.length })
    await put('gzip', { Body: stream(), ContentLength: body.length, ContentEncoding: 'gzip' })
    expect((await bytesOf('stream')).equals(body)).toBe(true)
    expect((await bytesOf('gzip')).equals(body)).toBe(true)
    const plain = await client.send(new HeadObjectCommand({ Bucket, Key: 'stream' }))
    const gzip = await client.send(new HeadObjectCommand({ Bucket, Key: 'gzip' }))
    expect([plain.ContentEncoding, gzip.ContentEncoding]).toEqual([undefined, 'gzip'])
  })

  it('of many megabytes are stored whole', async () => {
    const body = randomBytes(20 << 20)
    await put('big', { Body: body })
    expect((await bytesOf('big')).equals(body)).toBe(true)
  })

  const putRaw = (body: string, headers: Record<string, string>, payloadHash: string): Promise<RawResponse> =>
    send(server.url, { ...sign(server.url, { method: 'PUT', path: '/bucket/raw', headers }, { payloadHash }), body })

  it('are refused when they do not have the hash that was signed', async () => {
    const answer = await putRaw('other', {}, sha256('hello'))
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('XAmzContentSHA256Mismatch')])
    expect(await exists('raw')).toBe(false)
  })

  it('need a length', async () => {
    const answer = await putRaw('hello', { 'transfer-encoding': 'chunked' }, 'UNSIGNED-PAYLOAD')
    expect([answer.status, answer.body]).toEqual([411, expect.stringContaining('MissingContentLength')])
  })

  it('are refused when a trailer that was announced is missing or does not fit', async () => {
    const headers = {
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': '5',
      'x-amz-trailer': 'x-amz-checksum-crc32',
    }
    const outcome = async (body: string): Promise<unknown[]> => {
      const answer = await putRaw(body, headers, 'STREAMING-UNSIGNED-PAYLOAD-TRAILER')
      return [answer.status, /<Code>(\w+)/.exec(answer.body)?.[1]]
    }
    const trailer = (value: string): string => `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${value}\r\n\r\n`
    expect(await outcome('5\r\nhello\r\n0\r\n\r\n')).toEqual([400, 'InvalidRequest'])
    expect(await outcome(trailer('AAAAAA=='))).toEqual([400, 'BadDigest'])
    expect(await outcome('4\r\nhell\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n')).toEqual([400, 'IncompleteBody'])
    expect(await outcome(trailer('NhCmhg=='))).toEqual([200, undefined])
  })
})

describe('signed streams', () => {
  const PAYLOAD = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
  const chunks = ['a'.repeat(9000), 'b'.repeat(100), '']

  /** Sends `chunks`, signed, then a signed trailer; `tamper` changes what goes over the wire. */
  const putSigned = async (trailer: string, tamper = (body: string): string => body): Promise<unknown[]> => {
    const headers = {
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': '9100',
      ...(trailer === '' ? {} : { 'x-amz-trailer': 'x-amz-checksum-crc32c' }),
    }
    const payloadHash = trailer === '' ? PAYLOAD : `${PAYLOAD}-TRAILER`
    const request = sign(server.url, { method: 'PUT', path: '/bucket/signed', headers }, { payloadHash })
    let previous = request.signature
    let body = ''
    for (const chunk of chunks) {
      previous = request.sign('AWS4-HMAC-SHA256-PAYLOAD', previous, sha256(''), sha256(chunk))
      body += `${chunk.length.toString(16)};chunk-signature=${previous}\r\n${chunk}${chunk === '' ? '' : '\r\n'}`
    }
    if (trailer !== '') {
      const signature = request.sign('AWS4-HMAC-SHA256-TRAILER', previous, sha256(`${trailer}\n`))
      body += `${trailer}\r\nx-amz-trailer-signature:${signature}\r\n`
    }
    const answer = await send(server.url, { ...request, body: tamper(`${body}\r\n`) })
    return [answer.status, /<Code>(\w+)/.exec(answer.body)?.[1]]
  }
  const refused = [403, 'SignatureDoesNotMatch']

  it('are decoded when every chunk is signed', async () => {
    expect(await putSigned('')).toEqual([200, undefined])
    expect((await bytesOf('signed')).toString()).toBe(chunks.join(''))
  })

  it('are refused when a chunk was changed or left out', async () => {
    expect(await putSigned('', (body) => body.replace('bb', 'bc'))).toEqual(refused)
    expect(await putSigned('', (body) => body.slice(body.indexOf('64;chunk')))).toEqual(refused)
  })

  it('are decoded with a signed trailer, and refused when the trailer was changed', async () => {
    const { ChecksumCRC32C } = await client.send(
      new PutObjectCommand({ Bucket, Key: 'same', Body: chunks.join(''), ChecksumAlgorithm: 'CRC32C' }),
    )
    const trailer = `x-amz-checksum-crc32c:${ChecksumCRC32C}`
    expect(await putSigned(trailer)).toEqual([200, undefined])
    expect(await putSigned(trailer, (body) => body.replace(trailer, 'x-amz-checksum-crc32c:AAAAAA=='))).toEqual(refused)
    expect(await putSigned('x-amz-checksum-crc32c:AAAAAA==')).toEqual([400, 'BadDigest'])
  })
})
