import { S3Error } from '../http/errors.ts'
import { xmlReply } from '../http/reply.ts'
import type { Store } from '../store/store.ts'
import { childText, parseXml } from '../xml/parse-xml.ts'
import { deleteSetting, putSetting, readSetting, requireRoot } from './bucket-settings.ts'
import { type OperationHandler, requireBucket } from './context.ts'

/** What of it means anything where there are no ACLs: `BlockPublicPolicy` refuses new policies, `RestrictPublicBuckets` ends what there is. */
export type PublicAccessPart = 'BlockPublicPolicy' | 'RestrictPublicBuckets'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html */
export const putPublicAccessBlock: OperationHandler = putSetting('public-access-block', 200, (document) =>
  requireRoot(document, 'PublicAccessBlockConfiguration'),
)

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html – unlike on S3, a new bucket has none. */
export const getPublicAccessBlock: OperationHandler = async (context) => {
  const document = await readSetting(context.store, requireBucket(context).name, 'public-access-block')
  if (document === undefined) throw new S3Error('NoSuchPublicAccessBlockConfiguration')
  return xmlReply(document)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletePublicAccessBlock.html */
export const deletePublicAccessBlock: OperationHandler = deleteSetting('public-access-block')

export async function isPublicAccessBlocked(store: Store, bucket: string, part: PublicAccessPart): Promise<boolean> {
  const document = await readSetting(store, bucket, 'public-access-block')
  return document !== undefined && childText(parseXml(document), part)?.toLowerCase() === 'true'
}
