import { GetBucketLifecycleConfigurationCommand, type LifecycleRule, S3Client } from '@aws-sdk/client-s3'

/** The lifecycle rules of a bucket of local-s3, as any other program sees them. */
export async function bucketRules(endpoint: string, Bucket: string): Promise<LifecycleRule[]> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' }
  const client = new S3Client({ endpoint, forcePathStyle: true, region: 'us-east-1', credentials })
  return (await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules ?? []
}
