import { S3Error } from '../http/errors.ts'
import type { S3Request } from '../http/request.ts'
import type { S3Operation } from '../operation.ts'
import { readSetting } from '../operations/bucket-settings.ts'
import type { Store } from '../store/store.ts'
import { type Access, judgeAccess, parsePolicy } from './policy.ts'

/** Whose request it is: that of the owner of all buckets, or nobody's in particular. */
export type Requester = 'owner' | 'anonymous'

/** Operations that policies call otherwise: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const ACTIONS: Partial<Record<S3Operation, string>> = {
  CompleteMultipartUpload: 'PutObject',
  CopyObject: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  DeleteObjects: 'DeleteObject',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  HeadBucket: 'ListBucket',
  HeadObject: 'GetObject',
  ListBuckets: 'ListAllMyBuckets',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  ListObjectsV2: 'ListBucket',
  ListParts: 'ListMultipartUploadParts',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  UploadPart: 'PutObject',
}
/** The owner can always put a wrong policy right. */
const OWNERS_OWN: readonly S3Operation[] = ['DeleteBucketPolicy', 'GetBucketPolicy', 'PutBucketPolicy']

/** Throws `AccessDenied` unless the bucket's policy lets the request through: the owner's unless it says no, others' if it says yes. */
export async function authorize(store: Store, request: S3Request, requester: Requester): Promise<void> {
  const { operation, target } = request
  const document = store.bucket(target.bucket) && (await readSetting(store, target.bucket, 'policy'))
  const verdict = document === undefined ? 'silent' : judgeAccess(parsePolicy(document), accessOf(request, requester))
  const isOwner = requester === 'owner'
  if (isOwner && (verdict !== 'deny' || OWNERS_OWN.includes(operation))) return
  if (!isOwner && verdict === 'allow') return
  throw new S3Error('AccessDenied')
}

function accessOf({ operation, target }: S3Request, requester: Requester): Access {
  const { bucket, key, query } = target
  return {
    principal: requester === 'owner' ? 'arn:aws:iam::000000000000:root' : '*',
    action: `s3:${ACTIONS[operation] ?? operation}`,
    resource: `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`,
    context: { 's3:prefix': query.get('prefix') ?? '', 's3:delimiter': query.get('delimiter') ?? '' },
  }
}

/** A request without any signature. */
export const isAnonymous = ({ message, target }: S3Request): boolean =>
  message.headers.authorization === undefined &&
  !target.query.has('X-Amz-Signature') &&
  !target.query.has('X-Amz-Algorithm')
