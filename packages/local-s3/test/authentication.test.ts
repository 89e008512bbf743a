import { GetObjectCommand, PutBucketPolicyCommand, PutObjectCommand, type S3ClientConfig } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { describe, expect, it } from 'vitest'
import { send, sign, type RawResponse } from './raw-http.ts'
import { createClient, credentials, s3Error, startServer } from './server.ts'

const server = await startServer()
const client = createClient(server)
const Bucket = 'bucket'
await client.send(new PutObjectCommand({ Bucket, Key: 'ps é/../(1)+', Body: 'hello' }))
await client.send(new PutObjectCommand({ Bucket, Key: 'public', Body: 'for all' }))
const Statement = [
  { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/public` },
]
await client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement }) }))

const refusal = (status: number, code: string, message = ''): unknown[] => [
  status,
  expect.stringMatching(new RegExp(`<Code>${code}</Code><Message>.*${message}`)),
]
const outcome = async (answer: Promise<RawResponse>): Promise<unknown[]> => {
  const { status, body } = await answer
  return [status, body]
}

describe('signed headers', () => {
  const getWith = (config: S3ClientConfig): Promise<unknown> =>
    createClient(server, config).send(new GetObjectCommand({ Bucket, Key: 'ps é/../(1)+' }))

  it('are accepted for any region', async () => {
    await expect(getWith({ region: 'eu-central-1' })).resolves.toBeDefined()
  })

  it('are refused when the secret is wrong', async () => {
    const wrong = { ...credentials, secretAccessKey: 'wrong' }
    await expect(getWith({ credentials: wrong })).rejects.toMatchObject(s3Error('SignatureDoesNotMatch', 403))
  })

  it('are refused when the access key is unknown', async () => {
    const wrong = { ...credentials, accessKeyId: 'nobody' }
    await expect(getWith({ credentials: wrong })).rejects.toMatchObject(s3Error('InvalidAccessKeyId', 403))
  })

  it('are refused when the clocks differ by more than 15 minutes, either way', async () => {
    const skewed = s3Error('RequestTimeTooSkewed', 403)
    await expect(getWith({ systemClockOffset: 16 * 60_000 })).rejects.toMatchObject(skewed)
    await expect(getWith({ systemClockOffset: -16 * 60_000 })).rejects.toMatchObject(skewed)
    await expect(getWith({ systemClockOffset: 14 * 60_000 })).resolves.toBeDefined()
  })

  it('are refused when the path, the query, a header or the method is not what was signed', async () => {
    const signed = sign(server.url, { path: '/bucket?list-type=2&prefix=a', headers: { 'x-amz-test': '1' } })
    expect((await send(server.url, signed)).status).toBe(200)
    const changes = [
      { path: '/other?list-type=2&prefix=a' },
      { path: '/bucket?list-type=2&prefix=b' },
      { headers: { ...signed.headers, 'x-amz-test': '2' } },
      { method: 'HEAD', path: '/bucket?list-type=2&prefix=a' },
    ]
    for (const change of changes) expect((await send(server.url, { ...signed, ...change })).status).toBe(403)
  })

  it('must cover every x-amz- header', async () => {
    const signed = sign(server.url, { path: '/bucket?list-type=2' })
    const answer = send(server.url, { ...signed, headers: { ...signed.headers, 'x-amz-meta-a': '1' } })
    expect(await outcome(answer)).toEqual(refusal(403, 'AccessDenied', 'not signed'))
  })

  it('are refused when they are malformed', async () => {
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=x' }
    const answer = send(server.url, { path: '/bucket/k', headers })
    expect(await outcome(answer)).toEqual(refusal(400, 'AuthorizationHeaderMalformed'))
  })
})

describe('a request without a signature', () => {
  it('is refused, whatever it asks for', async () => {
    for (const path of ['/', '/bucket?list-type=2', '/bucket/missing', '/missing/k', '/bucket/k?acl']) {
      expect(await outcome(send(server.url, { path }))).toEqual(refusal(403, 'AccessDenied'))
    }
  })
})

describe('presigned URLs', () => {
  const presign = (expiresIn = 60, signedAgoMs = 0): Promise<string> =>
    getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'ps é/../(1)+' }), {
      expiresIn,
      signingDate: new Date(Date.now() - signedAgoMs),
    })
  /** `fetch` would resolve the dots of the key. */
  const open = (url: string, headers = {}): Promise<RawResponse> =>
    send(server.url, { path: url.slice(server.url.length), headers })

  it('read an object', async () => {
    expect(await outcome(open(await presign()))).toEqual([200, 'hello'])
  })

  it('take conditions that were not signed', async () => {
    const url = await presign()
    const { headers } = await open(url)
    expect((await open(url, { 'if-none-match': headers.etag })).status).toBe(304)
  })

  it('take no x-amz- header that was not signed', async () => {
    const answer = open(await presign(), { 'x-amz-meta-a': '1' })
    expect(await outcome(answer)).toEqual(refusal(403, 'AccessDenied', 'not signed'))
  })

  it('say what some headers of the answer are to be, which nobody anonymous may', async () => {
    const command = new GetObjectCommand({
      Bucket,
      Key: 'ps é/../(1)+',
      ResponseContentType: 'text/csv',
      ResponseContentDisposition: 'attachment; filename="a.csv"',
      ResponseCacheControl: 'no-store',
    })
    const { status, headers } = await open(await getSignedUrl(client, command))
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/csv',
      'content-disposition': 'attachment; filename="a.csv"',
      'cache-control': 'no-store',
    })
    const anonymous = await fetch(`${server.url}/${Bucket}/public?response-content-type=text/csv`)
    expect([anonymous.status, await anonymous.text()]).toEqual(refusal(400, 'InvalidRequest', 'anonymous'))
  })

  it('are refused when they are changed', async () => {
    const url = await presign()
    const changes = [
      url.replace(/(X-Amz-Signature=)[\da-f]{4}/, '$1dead'),
      url.replace('X-Amz-Expires=60', 'X-Amz-Expires=61'),
      `${url}&more=1`,
    ]
    for (const changed of changes) {
      expect(await outcome(open(changed))).toEqual(refusal(403, 'SignatureDoesNotMatch'))
    }
  })

  it('are refused when they have expired', async () => {
    expect((await open(await presign(600, 590_000))).status).toBe(200)
    const expired = open(await presign(600, 610_000))
    expect(await outcome(expired)).toEqual(refusal(403, 'AccessDenied', 'Request has expired'))
  })

  it('are refused when they are signed for the future or for longer than a week', async () => {
    const future = open(await presign(60, -16 * 60_000))
    expect(await outcome(future)).toEqual(refusal(403, 'AccessDenied', 'not yet valid'))
    const long = open((await presign()).replace('X-Amz-Expires=60', 'X-Amz-Expires=604801'))
    expect(await outcome(long)).toEqual(refusal(400, 'AuthorizationQueryParametersError'))
  })

  it('cannot be joined with signed headers', async () => {
    const answer = open(await presign(), { authorization: 'x' })
    expect(await outcome(answer)).toEqual(refusal(400, 'InvalidArgument'))
  })

  it('write an object with the metadata that was signed', async () => {
    const command = new PutObjectCommand({ Bucket, Key: 'written', Metadata: { a: 'b' } })
    const url = await getSignedUrl(client, command, { expiresIn: 60 })
    expect((await fetch(url, { method: 'PUT', body: 'signed!' })).status).toBe(200)
    const found = await client.send(new GetObjectCommand({ Bucket, Key: 'written' }))
    expect([await found.Body?.transformToString(), found.Metadata]).toEqual(['signed!', { a: 'b' }])
  })

  it('are refused when a parameter that stands for a header cannot be one', async () => {
    const { port } = server
    const path = '/bucket/k?X-Amz-Signature=x&x-amz-meta-a=%0A'
    expect(await outcome(send(`http://127.0.0.1:${port}`, { path }))).toEqual(refusal(400, 'InvalidArgument'))
  })
})
