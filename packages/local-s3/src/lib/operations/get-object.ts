import { S3Error } from '../http/errors.ts'
import type { Reply } from '../http/reply.ts'
import type { ObjectInfo } from '../store/store.ts'
import { checkReadConditions } from './conditions.ts'
import { type OperationContext, type OperationHandler, refuseMissingKey, requireBucket, requireKey } from './context.ts'
import { objectHeaders } from './object-headers.ts'
import { wantedRange } from './range.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject: OperationHandler = async (context) => {
  const object = await requireBucket(context).get(requireKey(context))
  return answerRead(context, object?.info, object?.body)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export const headObject: OperationHandler = async (context) => {
  return answerRead(context, requireBucket(context).objects.get(requireKey(context)))
}

async function answerRead(context: OperationContext, info: ObjectInfo | undefined, body?: Uint8Array): Promise<Reply> {
  const { request, authorize } = context
  if (info === undefined) return refuseMissingKey(authorize, request.target.bucket)
  const verdict = checkReadConditions(request, info)
  if (verdict === 'failed') throw new S3Error('PreconditionFailed')
  const headers = objectHeaders(request, info)
  if (verdict === 'not-modified') return { status: 304, headers: validators(headers) }
  const range = wantedRange(request, info)
  if (range === undefined) {
    return { status: 200, headers: { ...headers, 'content-length': String(info.size) }, ...(body && { body }) }
  }
  const { first, last } = range
  // A checksum is that of the whole object.
  const whole = Object.entries(headers).filter(([name]) => !name.startsWith('x-amz-checksum-'))
  const partial = { 'content-range': `bytes ${first}-${last}/${info.size}`, 'content-length': String(last - first + 1) }
  return {
    status: 206,
    headers: { ...Object.fromEntries(whole), ...partial },
    ...(body && { body: body.subarray(first, last + 1) }),
  }
}

/** The headers that RFC 9110 §15.4.5 asks of a 304. */
function validators(headers: Record<string, string>): Record<string, string> {
  const names = ['cache-control', 'etag', 'expires', 'last-modified']
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)))
}
