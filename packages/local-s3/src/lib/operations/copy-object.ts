import { S3Error } from '../http/errors.ts'
import { xmlReply } from '../http/reply.ts'
import { header, type S3Request } from '../http/request.ts'
import { decodeUri } from '../http/uri.ts'
import type { Bucket, ObjectInfo, StoredObject } from '../store/store.ts'
import { wholeSecond } from '../whole-second.ts'
import { xmlDocument } from '../xml/write-xml.ts'
import { checkReadConditions, writeCheck } from './conditions.ts'
import { type OperationContext, type OperationHandler, refuseMissingKey, requireBucket, requireKey } from './context.ts'
import { headersToStore } from './object-headers.ts'
import { type Tags, tagsOfHeader } from './tags.ts'

const CONDITIONS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since']

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const copyObject: OperationHandler = async (context) => {
  const { request } = context
  const target = requireBucket(context)
  const key = requireKey(context)
  const source = await readCopySource(context)
  const replaces = directive(request, 'x-amz-metadata-directive')
  const replacesTags = directive(request, 'x-amz-tagging-directive')
  if (source.bucket === target && source.key === key && !replaces && !replacesTags) {
    throw new S3Error('InvalidRequest', 'This copy request is illegal because it changes nothing of the object.')
  }
  const info: ObjectInfo = {
    ...source.object.info,
    lastModified: wholeSecond(context.clock.now()),
    ...(replaces && { headers: headersToStore(request) }),
    tags: replacesTags ? await tagsOfHeader(context) : await copiedTags(context, source),
  }
  await target.put(key, { info, body: source.object.body }, writeCheck(request))
  return xmlReply(
    xmlDocument('CopyObjectResult', [
      ['LastModified', new Date(info.lastModified).toISOString()],
      ['ETag', info.etag],
    ]),
  )
}

export interface CopySource {
  readonly bucket: Bucket
  readonly key: string
  readonly object: StoredObject
}

/** The object that `x-amz-copy-source` names, if the requester may read it and it meets the conditions on it. */
export async function readCopySource({ request, store, authorize }: OperationContext): Promise<CopySource> {
  const { bucket: name, key } = parseCopySource(header(request, 'x-amz-copy-source') ?? '')
  await authorize('s3:GetObject', { bucket: name, key })
  const bucket = store.bucket(name)
  if (bucket === undefined) throw new S3Error('NoSuchBucket')
  const object = await bucket.get(key)
  if (object === undefined) return refuseMissingKey(authorize, name)
  if (checkReadConditions(sourceConditions(request), object.info) !== 'serve') throw new S3Error('PreconditionFailed')
  return { bucket, key, object }
}

/** `/bucket/key`, with or without its slash, percent-encoded. */
function parseCopySource(text: string): { readonly bucket: string; readonly key: string } {
  const [path = '', version] = text.split('?versionId=')
  if (version !== undefined) throw new S3Error('NotImplemented', 'Versions are not implemented.')
  const decoded = decodeUri(path).replace(/^\//, '')
  const slash = decoded.indexOf('/')
  if (slash < 1 || slash === decoded.length - 1) {
    throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey')
  }
  return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1) }
}

function sourceConditions(request: S3Request): S3Request {
  const headers = CONDITIONS.flatMap((name) => {
    const value = header(request, `x-amz-copy-source-${name}`)
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...request, headers: Object.fromEntries(headers) }
}

/** Copying tags is reading and setting them: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
async function copiedTags({ request, authorize }: OperationContext, source: CopySource): Promise<Tags | undefined> {
  const { tags = {} } = source.object.info
  if (Object.keys(tags).length === 0) return undefined
  await authorize('s3:GetObjectTagging', { bucket: source.bucket.name, key: source.key })
  await authorize('s3:PutObjectTagging', request.target)
  return tags
}

/** Whether what the request says replaces what the source has. */
function directive(request: S3Request, name: string): boolean {
  const value = header(request, name) ?? 'COPY'
  if (value !== 'COPY' && value !== 'REPLACE') throw new S3Error('InvalidArgument', `Unknown ${name}.`)
  return value === 'REPLACE'
}
