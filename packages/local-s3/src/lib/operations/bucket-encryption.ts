import { S3Error } from '../http/errors.ts'
import { xmlReply } from '../http/reply.ts'
import { parseXml } from '../xml/parse-xml.ts'
import { deleteSetting, readSetting, writeSetting } from './bucket-settings.ts'
import { type OperationHandler, requireBucket } from './context.ts'

/** What S3 does with every bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html */
const DEFAULT =
  '<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule>' +
  '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>' +
  '<BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html – kept; nothing here is ever encrypted. */
export const putBucketEncryption: OperationHandler = async (context) => {
  const { name } = requireBucket(context)
  const document = (await context.readBody()).bytes.toString()
  if (parseXml(document).name !== 'ServerSideEncryptionConfiguration') throw new S3Error('MalformedXML')
  await writeSetting(context.store, name, 'encryption', document)
  return { status: 200 }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html */
export const getBucketEncryption: OperationHandler = async (context) => {
  return xmlReply((await readSetting(context.store, requireBucket(context).name, 'encryption')) ?? DEFAULT)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html */
export const deleteBucketEncryption: OperationHandler = async (context) => {
  await deleteSetting(context.store, requireBucket(context).name, 'encryption')
  return { status: 204 }
}
