import { header, type S3Request } from '../http/request.ts'
import type { S3Operation } from '../operation.ts'
import { parseCopySource } from '../operations/copy-source.ts'

/** One thing that a request needs a permission for. */
export interface Need {
  /** As policies name it, such as `s3:GetObject`. */
  readonly action: string
  /** Empty for the service. */
  readonly bucket: string
  /** Empty for a bucket. */
  readonly key: string
  /** What conditions can look at, such as `s3:prefix`; what the request does not say is absent. */
  readonly context?: Readonly<Record<string, string | undefined>>
}

/** Operations that policies call otherwise: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const ACTIONS: Partial<Record<S3Operation, string>> = {
  CompleteMultipartUpload: 'PutObject',
  CopyObject: 'PutObject',
  CreateMultipartUpload: 'PutObject',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
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

/**
 * All that the head of a request needs a permission for. What only shows later is asked for by the operation: the keys
 * of a `DeleteObjects`, and the tags of a copy.
 */
export function needsOf(request: S3Request): Need[] {
  const { operation, target } = request
  const { bucket, key, query } = target
  if (operation === 'DeleteObjects') return []
  const context = { 's3:prefix': query.get('prefix'), 's3:delimiter': query.get('delimiter') }
  const needs: Need[] = [{ action: `s3:${ACTIONS[operation] ?? operation}`, bucket, key, context }]
  const isWrite = operation === 'PutObject' || operation === 'CopyObject' || operation === 'CreateMultipartUpload'
  if (isWrite && header(request, 'x-amz-tagging') !== undefined) {
    needs.push({ action: 's3:PutObjectTagging', bucket, key })
  }
  if (comparesEtag(request)) needs.push({ action: 's3:GetObject', bucket, key })
  const source = header(request, 'x-amz-copy-source')
  if (source !== undefined && (operation === 'CopyObject' || operation === 'UploadPart')) {
    needs.push({ action: 's3:GetObject', ...parseCopySource(source) })
  }
  return needs
}

/** Writing or deleting a certain version tells something of it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html */
function comparesEtag(request: S3Request): boolean {
  const ifMatch = header(request, 'if-match')
  return (request.method === 'PUT' || request.method === 'POST' || request.method === 'DELETE') && !['*', undefined].includes(ifMatch)
}
