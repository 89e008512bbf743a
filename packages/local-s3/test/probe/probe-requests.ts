import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { expect, it } from 'vitest'
import { failure, type Subject, times } from './subject.ts'

const OTHER = `"${'0'.repeat(32)}"`

export function probeConditions(subject: () => Subject): void {
  it('get-INM-304: GET and HEAD say that nothing has changed', async () => {
    const { client, bucket: Bucket, put, get } = subject()
    const { ETag } = await put('inm', 'x')
    expect(await failure(get('inm', { IfNoneMatch: ETag }))).toMatch(/^304/)
    expect(await failure(client.send(new HeadObjectCommand({ Bucket, Key: 'inm', IfNoneMatch: ETag })))).toMatch(/^304/)
    expect(await failure(get('inm', { IfNoneMatch: '"abc"' }))).toBe('succeeded')
  })

  it('get-IfMatch-412,IMS-304: conditions on the ETag and on the date', async () => {
    await subject().put('im', 'x')
    expect(await failure(subject().get('im', { IfMatch: '"abc"' }))).toMatch(/^412/)
    expect(await failure(subject().get('im', { IfModifiedSince: new Date(Date.now() + 1000) }))).toMatch(
      /^304|succeeded/,
    )
    expect(await failure(subject().get('im', { IfModifiedSince: new Date() }))).toMatch(/^304/)
  })

  it('cput-INM*-412: writes only where nothing is', async () => {
    await subject().put('c1', 'A', { IfNoneMatch: '*' })
    expect(await failure(subject().put('c1', 'B', { IfNoneMatch: '*' }))).toBe('412 PreconditionFailed')
    expect(await subject().text('c1')).toBe('A')
  })

  it('cput-INM*-race10: one of ten creates it', async () => {
    const results = await times(10, (index) => failure(subject().put('race1', `v${index}`, { IfNoneMatch: '*' })))
    expect(results.filter((result) => result === 'succeeded')).toHaveLength(1)
    expect(results.filter((result) => !/^(succeeded|409|412)/.test(result))).toEqual([])
  })

  it('cput-IfMatch-412: writes only over the version that is named', async () => {
    const { ETag } = await subject().put('c2', 'A')
    expect(await failure(subject().put('c2', 'B', { IfMatch: OTHER }))).toBe('412 PreconditionFailed')
    await subject().put('c2', 'C', { IfMatch: ETag })
    expect(await subject().text('c2')).toBe('C')
  })

  it('cput-IfMatch-missing-404: and not where nothing is', async () => {
    expect(await failure(subject().put('c-missing', 'B', { IfMatch: OTHER }))).toMatch(/^404/)
  })

  it('cput-IfMatch-CAS-race10: one of ten replaces it', async () => {
    const { ETag } = await subject().put('race2', 'v')
    const results = await times(10, (index) => failure(subject().put('race2', `w${index}`, { IfMatch: ETag })))
    expect(results.filter((result) => result === 'succeeded')).toHaveLength(1)
    expect(results.filter((result) => !/^(succeeded|409|412)/.test(result))).toEqual([])
  })

  it('cput-412-8MB-body: refuses a large body, whole or streamed', async () => {
    const body = randomBytes(8 << 20)
    await subject().put('c8', 'x')
    expect(await failure(subject().put('c8', body, { IfNoneMatch: '*' }))).toMatch(/^412/)
    const stream = Readable.from([body], { objectMode: false })
    const streamed = subject().put('c8', stream, { ContentLength: body.length, IfNoneMatch: '*' })
    expect(await failure(streamed)).toMatch(/^412/)
  })

  it('cdel-IfMatch: deletes only the version that is named', async () => {
    const { client, bucket: Bucket, put, exists } = subject()
    const { ETag } = await put('cd', 'A')
    expect(await failure(client.send(new DeleteObjectCommand({ Bucket, Key: 'cd', IfMatch: OTHER })))).toMatch(/^412/)
    expect(await exists('cd')).toBe(true)
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'cd', IfMatch: ETag }))
    expect(await exists('cd')).toBe(false)
  })
}

export function probeLists(subject: () => Subject): void {
  it('list-basic-paging: pages, and where they begin', async () => {
    const { client, bucket: Bucket, put, list } = subject()
    const keys = Array.from({ length: 25 }, (_, index) => `l/k${String(index).padStart(2, '0')}`)
    await Promise.all(keys.map((key) => put(key)))
    expect(await list({ Prefix: 'l/', MaxKeys: 7 })).toEqual(keys)
    expect(await list({ Prefix: 'l/', StartAfter: 'l/k19' })).toEqual(keys.slice(20))
    const whole = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'l/', MaxKeys: 25 }))
    expect(whole).toMatchObject({ IsTruncated: false, KeyCount: 25 })
    expect(whole.Contents?.[0]).toMatchObject({ ETag: expect.any(String), Size: 1, LastModified: expect.any(Date) })
  })

  it('list-delimiter: what is below is one prefix', async () => {
    const { client, bucket: Bucket, put } = subject()
    await Promise.all(['d/a/1', 'd/a/2', 'd/b/1', 'd/c', 'd/e/1', 'd/f', 'd/g/h/i'].map((key) => put(key)))
    const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'd/', Delimiter: '/' }))
    expect(page.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['d/a/', 'd/b/', 'd/e/', 'd/g/'])
    expect([page.Contents?.map(({ Key }) => Key), page.KeyCount]).toEqual([['d/c', 'd/f'], 6])
  })

  it('list-utf8-binary-order: keys are in the order of their bytes', async () => {
    const { put, list } = subject()
    const names = ['A', 'a', 'Z', 'é', '\uFF5E', '😀', 'x/y', 'x-y', 'x.y', 'x0', 'x', '~'].map((name) => `o/${name}`)
    const keys = names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    await Promise.all(keys.map((key) => put(key)))
    expect(await list({ Prefix: 'o/' })).toEqual(keys)
    expect(await list({ Prefix: 'o/', MaxKeys: 1 })).toEqual(keys)
  })
}

export function probeChecksums(subject: () => Subject): void {
  it('crc32-put-default: the checksum that the SDK adds is taken', async () => {
    expect(await failure(subject().put('crc', randomBytes(1000)))).toBe('succeeded')
    expect(await failure(subject().bytes('crc', { ChecksumMode: 'ENABLED' }))).toBe('succeeded')
  })

  it('crc32-stored+returned: and comes back', async () => {
    await subject().put('crc2', 'hello')
    expect((await subject().get('crc2', { ChecksumMode: 'ENABLED' })).ChecksumCRC32).toBe('NhCmhg==')
  })

  it('crc32-bad-rejected: a wrong one is refused', async () => {
    expect(await failure(subject().put('crcbad', 'hello', { ChecksumCRC32: 'AAAAAA==' }))).toMatch(/^400/)
  })

  it('crc32-bad-rejected(+algo): also where the algorithm is named', async () => {
    const wrong = { ChecksumAlgorithm: 'CRC32', ChecksumCRC32: 'AAAAAA==' } as const
    expect(await failure(subject().put('crcbad', 'hello', wrong))).toMatch(/^400/)
  })

  it('content-md5-bad-rejected: a wrong MD5 is refused', async () => {
    expect(await failure(subject().put('md5bad', 'hello', { ContentMD5: 'XrY7u+Ae7tCTyyK7j1rNww==' }))).toMatch(/^400/)
  })
}

export function probeAccess(subject: () => Subject): void {
  const signPut = (key: string, isPlain: boolean): Promise<string> => {
    const client = isPlain ? subject().connect({ requestChecksumCalculation: 'WHEN_REQUIRED' }) : subject().client
    return getSignedUrl(client, new PutObjectCommand({ Bucket: subject().bucket, Key: key }), { expiresIn: 60 })
  }
  const signGet = (key: string, signingDate = new Date()): Promise<string> =>
    getSignedUrl(subject().client, new GetObjectCommand({ Bucket: subject().bucket, Key: key }), {
      expiresIn: 60,
      signingDate,
    })
  it('presigned-get-put: a URL lets its holder write and read', async () => {
    expect(await status(await signPut('ps é/1', true), { method: 'PUT', body: 'signed!' })).toBe(200)
    expect(await (await fetch(await signGet('ps é/1'))).text()).toBe('signed!')
  })

  it('presigned-put-default-sdk: also one that the SDK signs with its default checksums', async () => {
    expect(await status(await signPut('ps2', false), { method: 'PUT', body: Buffer.from('signed!') })).toBe(200)
  })

  it('presigned-put-unsigned-ctype: whatever media type is sent along', async () => {
    expect(await status(await signPut('ps3', true), { method: 'PUT', body: 'txt' })).toBe(200)
  })

  it('presigned-bad-sig-403: not with another signature', async () => {
    const url = (await signGet('ps2')).replace(/(X-Amz-Signature=)[\da-f]{4}/, '$1dead')
    expect(await status(url)).toBe(403)
  })

  it('presigned-expired-403: and not for ever', async () => {
    expect(await status(await signGet('ps2', new Date(Date.now() - 600_000)))).toBe(403)
  })

  it('wrong-secret-403: wrong keys are refused', async () => {
    const { bucket: Bucket, connect } = subject()
    const putWith = (accessKeyId: string): Promise<string> => {
      const client = connect({ credentials: { accessKeyId, secretAccessKey: 'wrong' } })
      return failure(client.send(new PutObjectCommand({ Bucket, Key: 'ws', Body: 'x' })))
    }
    const { accessKeyId } = await subject().client.config.credentials()
    expect(await putWith(accessKeyId)).toBe('403 SignatureDoesNotMatch')
    expect(await putWith('AKIANOBODY')).toBe('403 InvalidAccessKeyId')
  })

  it('anonymous-403: nobody reads without a signature', async () => {
    await subject().put('private/x', 'secret')
    expect(await status(`${subject().endpoint}/${subject().bucket}/private/x`)).toBe(403)
  })

  it('clock-skew-403: a request of an hour ahead is refused', async () => {
    const { bucket: Bucket, connect } = subject()
    const client = connect({ systemClockOffset: 3_600_000 })
    expect(await failure(client.send(new PutObjectCommand({ Bucket, Key: 'skew', Body: 'x' })))).toMatch(/^403/)
  })
}

export function probePolicy(subject: () => Subject): void {
  it('bucket-policy: lets anybody read what it says, and nothing else', async () => {
    const { client, bucket: Bucket, endpoint, put } = subject()
    await put('private/x', 'secret')
    const Resource = [`arn:aws:s3:::${Bucket}/public/*`]
    const allow = { Effect: 'Allow', Principal: '*', Action: ['s3:GetObject'], Resource }
    await put('public/x', 'for all')
    await client.send(
      new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [allow] }) }),
    )
    const { Policy = '' } = await client.send(new GetBucketPolicyCommand({ Bucket }))
    expect(JSON.parse(Policy)).toMatchObject({ Statement: [{ Effect: 'Allow' }] })
    expect(await status(`${endpoint}/${Bucket}/public/x`)).toBe(200)
    expect(await status(`${endpoint}/${Bucket}/private/x`)).toBe(403)
    expect(await status(`${endpoint}/${Bucket}/public/x`, { method: 'PUT', body: 'mine now' })).toBe(403)
    await client.send(new DeleteBucketPolicyCommand({ Bucket }))
    expect(await status(`${endpoint}/${Bucket}/public/x`)).toBe(403)
    expect(await failure(client.send(new GetBucketPolicyCommand({ Bucket })))).toBe('404 NoSuchBucketPolicy')
  })
}

const status = async (url: string, init?: RequestInit): Promise<number> => (await fetch(url, init)).status
