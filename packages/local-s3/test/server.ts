import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { afterAll } from 'vitest'
import { startLocalS3, type LocalS3, type LocalS3Options } from '../src/index.ts'

/** The keys of every server in the tests. */
export const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' } as const

/** Starts a server with the bucket `bucket` that stops after the tests of the file. */
export async function startServer(options: LocalS3Options = {}): Promise<LocalS3> {
  const server = await startLocalS3({ buckets: ['bucket'], ...options })
  afterAll(() => server.close())
  return server
}

/** An SDK client that never retries, so that each test sees the first answer. */
export function createClient({ url }: Pick<LocalS3, 'url'>, config: S3ClientConfig = {}): S3Client {
  const client = new S3Client({
    endpoint: url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
    maxAttempts: 1,
    ...config,
  })
  afterAll(() => client.destroy())
  return client
}

/** Matches the error that the SDK throws for an S3 error. */
export function s3Error(name: string, httpStatusCode: number): Record<string, unknown> {
  return { name, $metadata: { httpStatusCode } }
}
