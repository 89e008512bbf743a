import type { IncomingHttpHeaders } from 'node:http'
import type { Target } from './http/target.ts'

/** S3 operations by their API names. Those that are recognised but not built yet answer 501. */
export type S3Operation =
  | 'AbortMultipartUpload'
  | 'CompleteMultipartUpload'
  | 'CopyObject'
  | 'CreateBucket'
  | 'CreateMultipartUpload'
  | 'DeleteBucket'
  | 'DeleteBucketEncryption'
  | 'DeleteBucketLifecycle'
  | 'DeleteBucketPolicy'
  | 'DeleteObject'
  | 'DeleteObjectTagging'
  | 'DeleteObjects'
  | 'DeletePublicAccessBlock'
  | 'GetBucketEncryption'
  | 'GetBucketLifecycleConfiguration'
  | 'GetBucketLocation'
  | 'GetBucketPolicy'
  | 'GetBucketPolicyStatus'
  | 'GetBucketVersioning'
  | 'GetObject'
  | 'GetObjectTagging'
  | 'GetPublicAccessBlock'
  | 'HeadBucket'
  | 'HeadObject'
  | 'ListBuckets'
  | 'ListMultipartUploads'
  | 'ListObjectsV2'
  | 'ListParts'
  | 'PutBucketEncryption'
  | 'PutBucketLifecycleConfiguration'
  | 'PutBucketPolicy'
  | 'PutObject'
  | 'PutObjectTagging'
  | 'PutPublicAccessBlock'
  | 'Unknown'
  | 'UploadPart'

type Scope = 'service' | 'bucket' | 'object'
type Row = readonly [method: string, scope: Scope, operation: S3Operation, mark?: string]

/** The mark is a query parameter, or a header with a dash. Rows with a mark come before the row without. */
const rows: readonly Row[] = [
  ['GET', 'service', 'ListBuckets'],
  ['GET', 'bucket', 'ListObjectsV2', 'list-type'],
  ['GET', 'bucket', 'GetBucketEncryption', 'encryption'],
  ['GET', 'bucket', 'GetBucketLifecycleConfiguration', 'lifecycle'],
  ['GET', 'bucket', 'GetBucketLocation', 'location'],
  ['GET', 'bucket', 'GetBucketPolicy', 'policy'],
  ['GET', 'bucket', 'GetBucketPolicyStatus', 'policyStatus'],
  ['GET', 'bucket', 'GetPublicAccessBlock', 'publicAccessBlock'],
  ['GET', 'bucket', 'GetBucketVersioning', 'versioning'],
  ['GET', 'bucket', 'ListMultipartUploads', 'uploads'],
  ['PUT', 'bucket', 'PutBucketEncryption', 'encryption'],
  ['PUT', 'bucket', 'PutBucketLifecycleConfiguration', 'lifecycle'],
  ['PUT', 'bucket', 'PutPublicAccessBlock', 'publicAccessBlock'],
  ['PUT', 'bucket', 'PutBucketPolicy', 'policy'],
  ['PUT', 'bucket', 'CreateBucket'],
  ['DELETE', 'bucket', 'DeleteBucketEncryption', 'encryption'],
  ['DELETE', 'bucket', 'DeleteBucketLifecycle', 'lifecycle'],
  ['DELETE', 'bucket', 'DeletePublicAccessBlock', 'publicAccessBlock'],
  ['DELETE', 'bucket', 'DeleteBucketPolicy', 'policy'],
  ['DELETE', 'bucket', 'DeleteBucket'],
  ['HEAD', 'bucket', 'HeadBucket'],
  ['POST', 'bucket', 'DeleteObjects', 'delete'],
  ['GET', 'object', 'GetObjectTagging', 'tagging'],
  ['GET', 'object', 'ListParts', 'uploadId'],
  ['GET', 'object', 'GetObject'],
  ['PUT', 'object', 'PutObjectTagging', 'tagging'],
  ['PUT', 'object', 'UploadPart', 'uploadId'],
  ['PUT', 'object', 'CopyObject', 'x-amz-copy-source'],
  ['PUT', 'object', 'PutObject'],
  ['POST', 'object', 'CreateMultipartUpload', 'uploads'],
  ['POST', 'object', 'CompleteMultipartUpload', 'uploadId'],
  ['DELETE', 'object', 'DeleteObjectTagging', 'tagging'],
  ['DELETE', 'object', 'AbortMultipartUpload', 'uploadId'],
  ['DELETE', 'object', 'DeleteObject'],
  ['HEAD', 'object', 'HeadObject'],
]

/** Parameters that turn a request into another operation. Others, such as the SDK's `x-id`, change nothing. */
const SUBRESOURCES: ReadonlySet<string> = new Set(
  (
    'accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle ' +
    'location logging metrics notification object-lock ownershipControls partNumber policy policyStatus ' +
    'publicAccessBlock replication requestPayment restore retention select tagging torrent uploadId uploads ' +
    'versionId versioning versions website'
  ).split(' '),
)

/** Whether a text from outside is the name of an operation. */
export function isS3Operation(name: unknown): name is S3Operation {
  return name === 'Unknown' || rows.some(([, , operation]) => operation === name)
}

/** Names the operation that a request asks for; `Unknown` when S3 or this server has none. */
export function detectOperation(method: string, target: Target, headers: IncomingHttpHeaders): S3Operation {
  const scope = target.path === '/' ? 'service' : target.key === '' ? 'bucket' : 'object'
  const row = rows.find(
    ([rowMethod, rowScope, , mark]) =>
      rowMethod === method &&
      rowScope === scope &&
      (mark === undefined || target.query.has(mark) || headers[mark] !== undefined),
  )
  if (row === undefined) return 'Unknown'
  const [, , operation, mark] = row
  return mark === undefined && namesSubresource(target.query) ? 'Unknown' : operation
}

function namesSubresource(query: Target['query']): boolean {
  for (const name of query.keys()) if (SUBRESOURCES.has(name)) return true
  return false
}
