import { createHash } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { beforeEach, describe, expect, it } from 'vitest'
import { send, sign, type RawResponse } from './raw-http.ts'
import { createClient, s3Error, startServer } from './server.ts'

const MIN_PART_BYTES = 5 * 1024 * 1024
const Bucket = 'bucket'
const Key = 'parts'
const server = await startServer()
const client = createClient(server)

let UploadId: string | undefined
beforeEach(async () => {
  UploadId = (await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))).UploadId
})

const upload = async (PartNumber: number, Body: string | Uint8Array = 'x'): Promise<CompletedPart> => {
  const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }))
  return { PartNumber, ETag }
}
const complete = (...Parts: readonly CompletedPart[]): Promise<{ ETag?: string | undefined }> =>
  client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts: [...Parts] } }))
const raw = (method: string, query: string, body = ''): Promise<RawResponse> =>
  send(server.url, sign(server.url, { method, path: `/bucket/${Key}?${query}`, body }))
const refusal = (code: string): object => ({ status: 400, body: expect.stringContaining(`<Code>${code}</Code>`) })

describe('parts', () => {
  it('are numbered from 1 to 10,000', async () => {
    for (const number of [0, -1, 10_001]) {
      await expect(upload(number)).rejects.toMatchObject(s3Error('InvalidArgument', 400))
    }
    for (const number of ['', '1.5', '1e3', '0x1', '%201']) {
      expect(await raw('PUT', `partNumber=${number}&uploadId=${UploadId}`)).toMatchObject(refusal('InvalidArgument'))
    }
    expect(await raw('PUT', `uploadId=${UploadId}`)).toMatchObject(refusal('InvalidArgument'))
    await upload(10_000)
    await upload(1)
    const { Parts } = await client.send(new ListPartsCommand({ Bucket, Key, UploadId }))
    expect(Parts?.map(({ PartNumber }) => PartNumber)).toEqual([1, 10_000])
  })

  it('can be uploaded again and in any order', async () => {
    const last = await upload(2, 'last')
    await upload(1, 'wrong')
    const first = await upload(1, Buffer.alloc(MIN_PART_BYTES, 'a'))
    await complete(first, last)
    const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key }))
    expect(ContentLength).toBe(MIN_PART_BYTES + 4)
  })

  it('can be a range of another object', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'source', Body: 'source' }))
    const source = { CopySource: `${Bucket}/source`, CopySourceRange: 'bytes=1-3' }
    const { CopyPartResult } = await client.send(
      new UploadPartCopyCommand({ Bucket, Key, UploadId, PartNumber: 1, ...source }),
    )
    await complete({ PartNumber: 1, ETag: CopyPartResult?.ETag })
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
    expect(await Body?.transformToString()).toBe('our')
  })
})

describe('completing', () => {
  it('makes an ETag of the MD5s of the parts that were named, and leaves the others out', async () => {
    const bodies = [Buffer.alloc(MIN_PART_BYTES, 'a'), Buffer.from('b')]
    const [first, , last] = [await upload(1, bodies[0]), await upload(2), await upload(3, bodies[1])]
    const { ETag } = await complete(first, last)
    const md5s = bodies.map((body) => createHash('md5').update(body).digest())
    expect(ETag).toBe(`"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-2"`)
    const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key }))
    expect(ContentLength).toBe(MIN_PART_BYTES + 1)
  })

  it('refuses a part under 5 MiB that is not the last', async () => {
    const parts = [await upload(1, Buffer.alloc(MIN_PART_BYTES - 1)), await upload(2)]
    await expect(complete(...parts)).rejects.toMatchObject(s3Error('EntityTooSmall', 400))
    await expect(complete(...parts.slice(1))).resolves.toBeDefined()
  })

  it('refuses parts that are not in ascending order, or named twice', async () => {
    const [first, second] = [await upload(1, Buffer.alloc(MIN_PART_BYTES)), await upload(2)]
    await expect(complete(second, first)).rejects.toMatchObject(s3Error('InvalidPartOrder', 400))
    await expect(complete(first, first)).rejects.toMatchObject(s3Error('InvalidPartOrder', 400))
  })

  it('refuses a part that is not there or has another ETag', async () => {
    const part = await upload(1)
    await expect(complete({ ...part, ETag: '"0"' })).rejects.toMatchObject(s3Error('InvalidPart', 400))
    await expect(complete({ ...part, PartNumber: 2 })).rejects.toMatchObject(s3Error('InvalidPart', 400))
    await expect(complete({ ...part, PartNumber: 0 })).rejects.toMatchObject(s3Error('InvalidArgument', 400))
    await expect(complete({ ...part, PartNumber: 10_001 })).rejects.toMatchObject(s3Error('InvalidArgument', 400))
  })

  it('refuses a list that is none', async () => {
    const { ETag } = await upload(1)
    for (const parts of [
      '',
      '<Part/>',
      `<Part><ETag>${ETag}</ETag></Part>`,
      '<Part><PartNumber>1</PartNumber></Part>',
    ]) {
      const document = `<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`
      expect(await raw('POST', `uploadId=${UploadId}`, document)).toMatchObject(refusal('MalformedXML'))
    }
  })
})

describe('an upload', () => {
  const noSuchUpload = s3Error('NoSuchUpload', 404)
  const named = (): { Bucket: string; Key: string; UploadId: string | undefined } => ({ Bucket, Key, UploadId })

  it('is not found when it never was, and under another key', async () => {
    const part = await upload(1)
    const another = { ...named(), Key: 'another' }
    await expect(client.send(new ListPartsCommand(another))).rejects.toMatchObject(noSuchUpload)
    await expect(client.send(new AbortMultipartUploadCommand(another))).rejects.toMatchObject(noSuchUpload)
    for (const unknown of ['unknown', '../settings/bucket/policy', `${UploadId}/00001`]) {
      UploadId = unknown
      await expect(upload(1)).rejects.toMatchObject(noSuchUpload)
      await expect(complete(part)).rejects.toMatchObject(noSuchUpload)
      await expect(client.send(new ListPartsCommand(named()))).rejects.toMatchObject(noSuchUpload)
      await expect(client.send(new AbortMultipartUploadCommand(named()))).rejects.toMatchObject(noSuchUpload)
    }
  })

  it('is gone once it is completed or aborted', async () => {
    const part = await upload(1)
    await complete(part)
    await expect(upload(2)).rejects.toMatchObject(noSuchUpload)
    await expect(complete(part)).rejects.toMatchObject(noSuchUpload)
    UploadId = (await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))).UploadId
    await client.send(new AbortMultipartUploadCommand(named()))
    await expect(upload(1)).rejects.toMatchObject(noSuchUpload)
  })
})
