import { xmlReply } from '../http/reply.ts'
import { type OperationHandler, requireBucket } from './context.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html – no bucket here ever keeps versions. */
export const getBucketVersioning: OperationHandler = async (context) => {
  requireBucket(context)
  return xmlReply('<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>')
}
