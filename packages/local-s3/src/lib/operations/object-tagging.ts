import { S3Error } from '../http/errors.ts'
import { xmlReply } from '../http/reply.ts'
import { type OperationContext, type OperationHandler, requireBucket, requireKey } from './context.ts'
import { type Tags, tagsOfXml, tagsXml } from './tags.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export const getObjectTagging: OperationHandler = async (context) => {
  const info = requireBucket(context).objects.get(requireKey(context))
  if (info === undefined) throw new S3Error('NoSuchKey')
  return xmlReply(tagsXml(info.tags ?? {}))
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export const putObjectTagging: OperationHandler = async (context) => {
  const { bytes } = await context.readBody()
  await replaceTags(context, tagsOfXml(bytes.toString()))
  return { status: 200 }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export const deleteObjectTagging: OperationHandler = async (context) => {
  await replaceTags(context, {})
  return { status: 204 }
}

/** Of the object as it is: one that is replaced meanwhile is not brought back. */
async function replaceTags(context: OperationContext, tags: Tags): Promise<void> {
  const bucket = requireBucket(context)
  const key = requireKey(context)
  for (;;) {
    const current = bucket.objects.get(key)
    const object = await bucket.get(key)
    if (object === undefined || current === undefined) throw new S3Error('NoSuchKey')
    let isReplaced = false
    await bucket
      .put(key, { info: { ...current, tags }, body: object.body }, (now) => {
        isReplaced = now !== current
        if (isReplaced) throw new S3Error('PreconditionFailed')
      })
      .catch((error: unknown) => {
        if (!isReplaced) throw error
      })
    if (!isReplaced) return
  }
}
