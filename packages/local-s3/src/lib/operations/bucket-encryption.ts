import { xmlReply } from '../http/reply.ts'
import { deleteSetting, putSetting, readSetting, requireRoot } from './bucket-settings.ts'
import { type OperationHandler, requireBucket } from './context.ts'

/** What S3 does with every bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html */
const DEFAULT =
  '<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule>' +
  '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>' +
  '<BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html – kept; nothing here is ever encrypted. */
export const putBucketEncryption: OperationHandler = putSetting('encryption', 200, (document) =>
  requireRoot(document, 'ServerSideEncryptionConfiguration'),
)

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html */
export const getBucketEncryption: OperationHandler = async (context) => {
  return xmlReply((await readSetting(context.store, requireBucket(context).name, 'encryption')) ?? DEFAULT)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html */
export const deleteBucketEncryption: OperationHandler = deleteSetting('encryption')
