import { xmlReply } from '../http/reply.ts'
import { type OperationHandler, requireBucket } from './context.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html – an empty one stands for us-east-1. */
export const getBucketLocation: OperationHandler = async (context) => {
  requireBucket(context)
  return xmlReply('<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>')
}
