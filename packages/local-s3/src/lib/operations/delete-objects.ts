import { S3Error } from '../http/errors.ts'
import { rangeOfKeys, xmlReply } from '../http/reply.ts'
import { childText, parseXml, type XmlElement } from '../xml/parse-xml.ts'
import { xmlDocument, type XmlNode } from '../xml/write-xml.ts'
import { requireMatch } from './conditions.ts'
import { checkKey, requireBucket, type OperationContext, type OperationHandler } from './context.ts'

const MAX_KEYS = 1000

interface KeyToDelete {
  readonly key: string
  readonly etag: string | undefined
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const deleteObjects: OperationHandler = async (context) => {
  requireBucket(context)
  const { bytes } = await context.readBody()
  const { keys, quiet } = parseDelete(bytes.toString())
  const results: XmlNode[] = []
  for (const key of keys) {
    const result = await deleteOne(context, key)
    if (!quiet || result[0] === 'Error') results.push(result)
  }
  return { ...xmlReply(xmlDocument('DeleteResult', results)), ...rangeOfKeys(keys.map(({ key }) => key)) }
}

async function deleteOne(context: OperationContext, { key, etag }: KeyToDelete): Promise<XmlNode> {
  try {
    const bucket = requireBucket(context)
    await context.authorize('s3:DeleteObject', { bucket: bucket.name, key })
    await bucket.delete(checkKey(key), etag === undefined ? undefined : (current) => requireMatch(etag, current))
    return ['Deleted', [['Key', key]]]
  } catch (error) {
    const { code, message } = error instanceof S3Error ? error : new S3Error('InternalError')
    return [
      'Error',
      [
        ['Key', key],
        ['Code', code],
        ['Message', message],
      ],
    ]
  }
}

function parseDelete(document: string): { keys: readonly KeyToDelete[]; quiet: boolean } {
  const root = parseXml(document)
  const objects = root.children.filter(({ name }) => name === 'Object')
  if (root.name !== 'Delete' || objects.length === 0 || objects.length > MAX_KEYS) throw new S3Error('MalformedXML')
  return { keys: objects.map(parseObject), quiet: childText(root, 'Quiet')?.trim() === 'true' }
}

function parseObject(object: XmlElement): KeyToDelete {
  const key = childText(object, 'Key')
  if (key === undefined || key === '') throw new S3Error('MalformedXML')
  if (childText(object, 'VersionId') !== undefined) throw new S3Error('NotImplemented', 'Versions are not implemented.')
  return { key, etag: childText(object, 'ETag') }
}
