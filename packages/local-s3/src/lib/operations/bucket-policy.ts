import { isPublic, parsePolicy } from '../auth/policy.ts'
import { S3Error } from '../http/errors.ts'
import { xmlReply } from '../http/reply.ts'
import { xmlDocument } from '../xml/write-xml.ts'
import { isPublicAccessBlocked } from './bucket-public-access.ts'
import { deleteSetting, putSetting, readSetting } from './bucket-settings.ts'
import { type OperationHandler, requireBucket } from './context.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
export const putBucketPolicy: OperationHandler = putSetting('policy', 204, async (document, { store, request }) => {
  const { bucket } = request.target
  if (isPublic(parsePolicy(document)) && (await isPublicAccessBlocked(store, bucket, 'BlockPublicPolicy'))) {
    throw new S3Error('AccessDenied', 'The public access block of the bucket refuses public policies.')
  }
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html */
export const getBucketPolicy: OperationHandler = async (context) => {
  const document = await readSetting(context.store, requireBucket(context).name, 'policy')
  if (document === undefined) throw new S3Error('NoSuchBucketPolicy')
  return { status: 200, headers: { 'content-type': 'application/json' }, body: document }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html */
export const deleteBucketPolicy: OperationHandler = deleteSetting('policy')

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html */
export const getBucketPolicyStatus: OperationHandler = async (context) => {
  const document = await readSetting(context.store, requireBucket(context).name, 'policy')
  if (document === undefined) throw new S3Error('NoSuchBucketPolicy')
  return xmlReply(xmlDocument('PolicyStatus', [['IsPublic', isPublic(parsePolicy(document)) ? 'TRUE' : 'FALSE']]))
}
