import { checksumHeaders } from '../body/checksums.ts'
import { etagOf } from '../etag.ts'
import type { ObjectInfo } from '../store/store.ts'
import { wholeSecond } from '../whole-second.ts'
import { writeCheck } from './conditions.ts'
import { requireBucket, requireKey, type OperationHandler } from './context.ts'
import { headersToStore } from './object-headers.ts'
import { tagsOfHeader } from './tags.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject: OperationHandler = async (context) => {
  requireBucket(context)
  const key = requireKey(context)
  const headers = headersToStore(context.request)
  const tags = await tagsOfHeader(context)
  const check = writeCheck(context.request)
  // Before the body too, so that a write that cannot succeed is refused at once.
  check?.(requireBucket(context).objects.get(key))
  const { bytes, md5, checksum } = await context.readBody()
  const info: ObjectInfo = {
    size: bytes.length,
    etag: etagOf(md5),
    lastModified: wholeSecond(context.clock.now()),
    headers,
    checksum,
    tags,
  }
  await requireBucket(context).put(key, { info, body: bytes }, check)
  const encryption = headers['x-amz-server-side-encryption']
  return {
    status: 200,
    headers: {
      etag: info.etag,
      ...checksumHeaders(checksum),
      ...(encryption === undefined ? {} : { 'x-amz-server-side-encryption': encryption }),
    },
  }
}
