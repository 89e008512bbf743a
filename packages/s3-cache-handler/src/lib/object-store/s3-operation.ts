/**
 * S3's own names of the requests that are sent:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export type S3Operation =
  | 'GetObject'
  | 'HeadObject'
  | 'PutObject'
  | 'DeleteObject'
  | 'DeleteObjects'
  | 'ListObjectsV2'
  /** Of S3 Express, every few minutes. */
  | 'CreateSession'
  /** Those about the bucket as a whole, which only commands send. */
  | 'GetBucketLifecycleConfiguration'
  | 'PutBucketLifecycleConfiguration'
  | 'DeleteBucketLifecycle'
  | 'GetBucketVersioning'
  | 'GetBucketLocation'
  | 'GetBucketEncryption'
  | 'GetBucketPolicyStatus'
  | 'GetPublicAccessBlock'
