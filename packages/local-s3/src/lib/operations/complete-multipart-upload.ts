import { isSameEtag, multipartEtag } from '../etag.ts'
import { S3Error } from '../http/errors.ts'
import { xmlReply } from '../http/reply.ts'
import { wholeSecond } from '../whole-second.ts'
import { childText, parseXml, type XmlElement } from '../xml/parse-xml.ts'
import { xmlDocument } from '../xml/write-xml.ts'
import { writeCheck } from './conditions.ts'
import { type OperationHandler, requireBucket } from './context.ts'
import { MIN_PART_BYTES, parsePartNumber, type Part, requireUpload } from './uploads.ts'

interface WantedPart {
  readonly number: number
  readonly etag: string
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export const completeMultipartUpload: OperationHandler = async (context) => {
  const bucket = requireBucket(context)
  const { uploads, upload } = await requireUpload(context)
  const wanted = parseParts((await context.readBody()).bytes.toString())
  const parts = findParts(wanted, uploads.parts(upload.id))
  const check = writeCheck(context.request)
  check?.(bucket.objects.get(upload.key))
  const body = await uploads.body(
    upload.id,
    parts.map(({ number }) => number),
  )
  const info = {
    size: body.length,
    etag: multipartEtag(parts.map(({ etag }) => etag)),
    lastModified: wholeSecond(context.clock.now()),
    headers: upload.headers,
    tags: upload.tags,
  }
  await bucket.put(upload.key, { info, body }, check)
  await uploads.end(upload.id)
  return xmlReply(
    xmlDocument('CompleteMultipartUploadResult', [
      ['Location', `/${bucket.name}/${upload.key}`],
      ['Bucket', bucket.name],
      ['Key', upload.key],
      ['ETag', info.etag],
    ]),
  )
}

function parseParts(document: string): WantedPart[] {
  const root = parseXml(document)
  const parts = root.children.filter(({ name }) => name === 'Part')
  if (root.name !== 'CompleteMultipartUpload' || parts.length === 0) throw new S3Error('MalformedXML')
  return parts.map(parsePart)
}

function parsePart(part: XmlElement): WantedPart {
  const [number, etag] = [childText(part, 'PartNumber'), childText(part, 'ETag')]
  if (number === undefined || etag === undefined) throw new S3Error('MalformedXML')
  return { number: parsePartNumber(number.trim()), etag }
}

function findParts(wanted: readonly WantedPart[], present: readonly Part[]): Part[] {
  const isAscending = wanted.every(({ number }, index) => index === 0 || number > (wanted[index - 1]?.number ?? 0))
  if (!isAscending) throw new S3Error('InvalidPartOrder')
  const parts = wanted.map(({ number, etag }) => {
    const part = present.find((candidate) => candidate.number === number && isSameEtag(candidate.etag, etag))
    if (part === undefined) throw new S3Error('InvalidPart')
    return part
  })
  if (parts.slice(0, -1).some(({ size }) => size < MIN_PART_BYTES)) throw new S3Error('EntityTooSmall')
  return parts
}
