import { CreateBucketCommand, HeadBucketCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3'

/** Creates a bucket unless it is there, or the credentials may not look or create: then its first use will tell. */
export async function createBucket(place: { endpoint: string; bucket: string; region: string }): Promise<void> {
  const { endpoint, bucket, region } = place
  const client = new S3Client({ endpoint, region, forcePathStyle: true })
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket })).catch(async (error: unknown) => {
      if (statusOf(error) !== 404) throw error
      await client.send(new CreateBucketCommand({ Bucket: bucket }))
    })
  } catch (error) {
    // 409: another suite of the same run was faster.
    if (![403, 409].includes(statusOf(error)))
      throw new Error(`Cannot use "${bucket}" on ${endpoint}`, { cause: error })
  } finally {
    client.destroy()
  }
}

const statusOf = (error: unknown): number =>
  error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0
