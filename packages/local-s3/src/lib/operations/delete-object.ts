import { writeCheck } from './conditions.ts'
import { requireBucket, requireKey, type OperationHandler } from './context.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: OperationHandler = async (context) => {
  await requireBucket(context).delete(requireKey(context), writeCheck(context.request))
  return { status: 204 }
}
