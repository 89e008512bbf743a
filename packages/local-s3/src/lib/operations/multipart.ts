import { randomBytes } from 'node:crypto'
import { xmlReply } from '../http/reply.ts'
import { header } from '../http/request.ts'
import { xmlDocument, type XmlNode } from '../xml/write-xml.ts'
import { type OperationHandler, requireBucket, requireKey } from './context.ts'
import { readCopySource } from './copy-object.ts'
import { headersToStore } from './object-headers.ts'
import { parseRange } from './range.ts'
import { tagsOfHeader } from './tags.ts'
import { MAX_PART_NUMBER, parsePartNumber, requireUpload, uploadsOf } from './uploads.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload: OperationHandler = async (context) => {
  const bucket = requireBucket(context)
  const key = requireKey(context)
  const id = randomBytes(16).toString('hex')
  const headers = headersToStore(context.request)
  const tags = await tagsOfHeader(context)
  await uploadsOf(context).begin({ id, key, headers, tags, initiatedAt: context.clock.now() })
  const result: XmlNode[] = [
    ['Bucket', bucket.name],
    ['Key', key],
    ['UploadId', id],
  ]
  return xmlReply(xmlDocument('InitiateMultipartUploadResult', result))
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html, and UploadPartCopy with a source. */
export const uploadPart: OperationHandler = async (context) => {
  const { request } = context
  const { uploads, upload } = await requireUpload(context)
  const number = parsePartNumber(request.target.query.get('partNumber') ?? '')
  if (header(request, 'x-amz-copy-source') === undefined) {
    const { bytes } = await context.readBody()
    return { status: 200, headers: { etag: await uploads.putPart(upload.id, number, bytes) } }
  }
  const { body, info } = (await readCopySource(context)).object
  const range = parseRange(header(request, 'x-amz-copy-source-range'), info.size)
  const etag = await uploads.putPart(upload.id, number, range ? body.subarray(range.first, range.last + 1) : body)
  const result: XmlNode[] = [
    ['LastModified', new Date(context.clock.now()).toISOString()],
    ['ETag', etag],
  ]
  return xmlReply(xmlDocument('CopyPartResult', result))
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const abortMultipartUpload: OperationHandler = async (context) => {
  const { uploads, upload } = await requireUpload(context)
  await uploads.end(upload.id)
  return { status: 204 }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html – all of them in one page. */
export const listParts: OperationHandler = async (context) => {
  const { uploads, upload } = await requireUpload(context)
  const parts = uploads.parts(upload.id).map(({ number, etag, size, lastModified }): XmlNode => [
    'Part',
    [
      ['PartNumber', number],
      ['LastModified', new Date(lastModified).toISOString()],
      ['ETag', etag],
      ['Size', size],
    ],
  ])
  const document = xmlDocument('ListPartsResult', [
    ['Bucket', requireBucket(context).name],
    ['Key', upload.key],
    ['UploadId', upload.id],
    ['MaxParts', MAX_PART_NUMBER],
    ['IsTruncated', false],
    ...parts,
  ])
  return xmlReply(document)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html – all of them in one page. */
export const listMultipartUploads: OperationHandler = async (context) => {
  const prefix = context.request.target.query.get('prefix') ?? ''
  const uploads = (await uploadsOf(context).list()).filter(({ key }) => key.startsWith(prefix))
  const document = xmlDocument('ListMultipartUploadsResult', [
    ['Bucket', requireBucket(context).name],
    ['IsTruncated', false],
    ...uploads.map(({ key, id, initiatedAt }): XmlNode => [
      'Upload',
      [
        ['Key', key],
        ['UploadId', id],
        ['Initiated', new Date(initiatedAt).toISOString()],
      ],
    ]),
  ])
  return xmlReply(document)
}
