import { S3Error } from '../http/errors.ts'
import { xmlReply } from '../http/reply.ts'
import { parseLifecycle } from '../lifecycle/lifecycle-rules.ts'
import { deleteSetting, putSetting, readSetting } from './bucket-settings.ts'
import { type OperationHandler, requireBucket } from './context.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html – kept, and carried out when told to. */
export const putBucketLifecycle: OperationHandler = putSetting('lifecycle', 200, (document) => {
  parseLifecycle(document)
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html */
export const getBucketLifecycle: OperationHandler = async (context) => {
  const document = await readSetting(context.store, requireBucket(context).name, 'lifecycle')
  if (document === undefined) throw new S3Error('NoSuchLifecycleConfiguration')
  return xmlReply(document)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html */
export const deleteBucketLifecycle: OperationHandler = deleteSetting('lifecycle')
