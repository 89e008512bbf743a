import { startLocalS3, type LocalS3 } from 'local-s3'
import { ACCESS_KEY_ID, BUCKET, SECRET_ACCESS_KEY } from './credentials.ts'

export interface Bucket extends LocalS3 {
  /** What an instance needs to reach it. */
  readonly env: Readonly<Record<string, string>>
}

/** An empty bucket behind the S3 protocol, in this process. */
export async function startBucket({ port = 0 }: { port?: number } = {}): Promise<Bucket> {
  const s3 = await startLocalS3({
    port,
    buckets: [BUCKET],
    accessKeyId: ACCESS_KEY_ID,
    secretAccessKey: SECRET_ACCESS_KEY,
  })
  return { ...s3, env: bucketEnv(s3.url) }
}

function bucketEnv(endpoint: string): Record<string, string> {
  return { CACHE_S3_BUCKET: BUCKET, CACHE_S3_ENDPOINT_URL: endpoint, ...credentialsEnv() }
}

export function credentialsEnv(): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: SECRET_ACCESS_KEY,
    AWS_REGION: 'us-east-1',
  }
}
