import { S3Error } from '../http/errors.ts'
import type { S3Request } from '../http/request.ts'
import type { S3Operation } from '../operation.ts'
import { isPublicAccessBlocked } from '../operations/bucket-public-access.ts'
import { readSetting } from '../operations/bucket-settings.ts'
import type { Store } from '../store/store.ts'
import { type Access, judgeAccess, parseIdentityPolicy, parsePolicy, type PolicyVerdict } from './policy.ts'

/** Whose request it is: that of the owner of all buckets, of a user of theirs, or nobody's in particular. */
export type Requester =
  | { readonly kind: 'owner' }
  | { readonly kind: 'user'; readonly name: string; readonly policy: string }
  | { readonly kind: 'anonymous' }

const ACCOUNT = 'arn:aws:iam::000000000000'

/** Operations that policies call otherwise: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const ACTIONS: Partial<Record<S3Operation, string>> = {
  CompleteMultipartUpload: 'PutObject',
  CopyObject: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  HeadBucket: 'ListBucket',
  HeadObject: 'GetObject',
  ListBuckets: 'ListAllMyBuckets',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  ListObjectsV2: 'ListBucket',
  ListParts: 'ListMultipartUploadParts',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  UploadPart: 'PutObject',
}
/** The owner can always put a wrong policy right. */
const OWNERS_OWN = ['s3:DeleteBucketPolicy', 's3:GetBucketPolicy', 's3:PutBucketPolicy']

/** A bucket, or with a key an object. */
interface Resource {
  readonly bucket: string
  readonly key?: string
}

/** Throws `AccessDenied` unless the requester may do this, as `s3:GetObject`, to a bucket or an object. */
export type Authorize = (action: string, resource: Resource, context?: Access['context']) => Promise<void>

/** The owner may do what the bucket's policy does not deny, a user what one of the two policies allows, others what it allows. */
export const createAuthorize =
  (store: Store, requester: Requester): Authorize =>
  async (action, { bucket, key = '' }, context = {}) => {
    const document = store.bucket(bucket) && (await readSetting(store, bucket, 'policy'))
    const principal = principalOf(requester)
    const access = { principal, action, resource: `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`, context }
    const verdict = document === undefined ? 'silent' : judgeAccess(parsePolicy(document), access)
    if (!isAllowed(requester, access, verdict)) throw new S3Error('AccessDenied')
    const isRestricted =
      requester.kind === 'anonymous' && (await isPublicAccessBlocked(store, bucket, 'RestrictPublicBuckets'))
    if (isRestricted) throw new S3Error('AccessDenied')
  }

function isAllowed(requester: Requester, access: Access, ofBucket: PolicyVerdict): boolean {
  if (requester.kind === 'owner') return ofBucket !== 'deny' || OWNERS_OWN.includes(access.action)
  if (requester.kind === 'anonymous') return ofBucket === 'allow'
  const verdicts = [ofBucket, judgeAccess(parseIdentityPolicy(requester.policy), access)]
  return verdicts.includes('allow') && !verdicts.includes('deny')
}

function principalOf(requester: Requester): string {
  if (requester.kind === 'anonymous') return '*'
  return requester.kind === 'owner' ? `${ACCOUNT}:root` : `${ACCOUNT}:user/${requester.name}`
}

/** What a request does to what its URL names. Operations ask for themselves for all else that they read or write. */
export async function authorizeRequest(authorize: Authorize, { operation, target }: S3Request): Promise<void> {
  // Its keys are in its body, and each is judged by itself.
  if (operation === 'DeleteObjects') return
  const { query } = target
  // A condition on what a request does not say is not met.
  const context = { 's3:prefix': query.get('prefix') ?? undefined, 's3:delimiter': query.get('delimiter') ?? undefined }
  await authorize(`s3:${ACTIONS[operation] ?? operation}`, target, context)
}

/** A request without any signature. */
export const isAnonymous = ({ message, target }: S3Request): boolean =>
  message.headers.authorization === undefined &&
  !target.query.has('X-Amz-Signature') &&
  !target.query.has('X-Amz-Algorithm')
