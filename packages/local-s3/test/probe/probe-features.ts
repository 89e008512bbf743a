import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  type CopyObjectCommandInput,
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  DeleteObjectTaggingCommand,
  GetBucketLifecycleConfigurationCommand,
  GetObjectTaggingCommand,
  type LifecycleRule,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { expect, it } from 'vitest'
import { failure, md5, type Subject } from './subject.ts'

export function probeCopies(subject: () => Subject): void {
  const copy = (more: Omit<CopyObjectCommandInput, 'Bucket' | 'CopySource'>): Promise<unknown> => {
    const { client, bucket: Bucket } = subject()
    return client.send(new CopyObjectCommand({ Bucket, CopySource: `${Bucket}/cs`, ...more }))
  }

  it('copy-metadata-replace: a copy has what its source has, or what is said', async () => {
    const { put, get, text } = subject()
    const details = { Metadata: { a: '1' }, CacheControl: 'no-cache', ContentType: 'text/a' }
    await put('cs', 'src', details)
    await copy({ Key: 'copied' })
    expect(await get('copied')).toMatchObject(details)
    expect(await text('copied')).toBe('src')
    expect(await failure(copy({ Key: 'cs' }))).toBe('400 InvalidRequest')
    await copy({ Key: 'cs', MetadataDirective: 'REPLACE', Metadata: { b: '2' }, ContentType: 'text/b' })
    const { Metadata, ContentType } = await get('cs')
    expect([Metadata, ContentType, await text('cs')]).toEqual([{ b: '2' }, 'text/b', 'src'])
  })

  it('copy-source-if-match: only of the version that is named', async () => {
    expect(await failure(copy({ Key: 'cs3', CopySourceIfMatch: '"abc"' }))).toBe('412 PreconditionFailed')
  })
}

export function probeTags(subject: () => Subject): void {
  const tagsOf = async (Key: string): Promise<unknown> => {
    const { client, bucket: Bucket } = subject()
    return (await client.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet
  }

  it('tagging-header: tags that come with the object', async () => {
    await subject().put('tg', 'x', { Tagging: 'a=1&b=x%20y' })
    expect(await tagsOf('tg')).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: 'x y' },
    ])
    expect(await subject().get('tg')).toMatchObject({ TagCount: 2 })
  })

  it('tagging-api: tags that come later, and go', async () => {
    const { client, bucket: Bucket, put, text } = subject()
    await put('tg2', 'x')
    const TagSet = [{ Key: 'rev', Value: 'a/b' }]
    await client.send(new PutObjectTaggingCommand({ Bucket, Key: 'tg2', Tagging: { TagSet } }))
    expect(await tagsOf('tg2')).toEqual(TagSet)
    expect(await text('tg2')).toBe('x')
    await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'tg2' }))
    expect(await tagsOf('tg2')).toEqual([])
  })
}

export function probeLifecycle(subject: () => Subject): void {
  const store = async (Rules: LifecycleRule[]): Promise<LifecycleRule[] | undefined> => {
    const { client, bucket: Bucket } = subject()
    const LifecycleConfiguration = { Rules }
    await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }))
    return (await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules
  }
  it('lifecycle-prefix: rules by prefix are kept', async () => {
    const rules = [rule('p', { Prefix: 'old/' }, 3)]
    expect(await store(rules)).toMatchObject(rules)
  })

  it('lifecycle-tag+and: and by tag, until they are deleted', async () => {
    const { client, bucket: Bucket } = subject()
    const tag = { Key: 'k', Value: 'v' }
    const rules = [rule('t', { Tag: tag }, 1), rule('u', { And: { Prefix: 'z/', Tags: [tag] } }, 2)]
    expect(await store(rules)).toMatchObject(rules)
    await client.send(new DeleteBucketLifecycleCommand({ Bucket }))
    const gone = client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
    expect(await failure(gone)).toBe('404 NoSuchLifecycleConfiguration')
  })
}

export function probeParts(subject: () => Subject): void {
  const begin = async (Key: string, more = {}): Promise<string> => {
    const { client, bucket: Bucket } = subject()
    return (await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))).UploadId ?? ''
  }
  const upload = async (Key: string, UploadId: string, PartNumber: number, Body: Buffer | string): Promise<string> => {
    const { client, bucket: Bucket } = subject()
    return (await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }))).ETag ?? ''
  }
  const complete = (Key: string, UploadId: string, etags: readonly string[], more = {}): Promise<unknown> => {
    const { client, bucket: Bucket } = subject()
    const Parts = etags.map((ETag, index) => ({ PartNumber: index + 1, ETag }))
    return client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }),
    )
  }

  it('multipart: parts become one object', async () => {
    const { bytes, get } = subject()
    const parts = [randomBytes(5 << 20), randomBytes(1000)]
    const id = await begin('mp', { Metadata: { z: '9' }, ContentType: 'text/mp' })
    const etags = [await upload('mp', id, 1, parts[0] ?? ''), await upload('mp', id, 2, parts[1] ?? '')]
    await complete('mp', id, etags)
    expect((await bytes('mp')).equals(Buffer.concat(parts))).toBe(true)
    expect(await get('mp')).toMatchObject({
      ETag: expect.stringMatching(/-2"$/),
      Metadata: { z: '9' },
      ContentType: 'text/mp',
    })
  })

  it('multipart-listparts-abort: an upload is listed, and leaves nothing', async () => {
    const { client, bucket: Bucket, exists } = subject()
    const UploadId = await begin('mpa')
    const named = { Bucket, Key: 'mpa', UploadId }
    await upload('mpa', UploadId, 1, 'zz')
    expect((await client.send(new ListPartsCommand(named))).Parts).toHaveLength(1)
    const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket }))
    expect(uploads.Uploads?.map((one) => one.UploadId)).toContain(UploadId)
    await client.send(new AbortMultipartUploadCommand(named))
    expect(await failure(client.send(new ListPartsCommand(named)))).toBe('404 NoSuchUpload')
    expect(await exists('mpa')).toBe(false)
  })

  it('lib-storage-upload: the SDK uploads a stream', async () => {
    const { client, bucket: Bucket, bytes } = subject()
    const body = randomBytes(12 << 20)
    const Body = Readable.from([body.subarray(0, 7 << 20), body.subarray(7 << 20)], { objectMode: false })
    await new Upload({ client, params: { Bucket, Key: 'lib', Body } }).done()
    expect(md5(await bytes('lib'))).toBe(md5(body))
  })

  it('multipart-complete-INM*: conditions hold for uploads', async () => {
    await subject().put('mpc', 'x')
    const id = await begin('mpc')
    const etag = await upload('mpc', id, 1, 'zz')
    expect(await failure(complete('mpc', id, [etag], { IfNoneMatch: '*' }))).toBe('412 PreconditionFailed')
    expect(await failure(complete('mpc', id, ['"0"']))).toBe('400 InvalidPart')
  })
}

export function probeRanges(subject: () => Subject): void {
  it('range-get: a part of an object, from either end', async () => {
    const body = randomBytes(65_536)
    const { put, get, bytes } = subject()
    await put('range', body)
    expect(await get('range', { Range: 'bytes=10-19' })).toMatchObject({
      $metadata: { httpStatusCode: 206 },
      ContentRange: 'bytes 10-19/65536',
    })
    expect(await bytes('range', { Range: 'bytes=10-19' })).toEqual(body.subarray(10, 20))
    expect(await bytes('range', { Range: 'bytes=-5' })).toEqual(body.subarray(-5))
    expect(await bytes('range', { Range: 'bytes=65530-' })).toEqual(body.subarray(65_530))
    expect(await failure(get('range', { Range: 'bytes=70000-' }))).toBe('416 InvalidRange')
  })
}

const rule = (ID: string, Filter: LifecycleRule['Filter'], Days: number): LifecycleRule => ({
  ID,
  Status: 'Enabled',
  Filter,
  Expiration: { Days },
})
