import { randomUUID } from 'node:crypto'
import { startLocalS3, type LocalS3 } from 'local-s3'
import { createBucket } from '../../packages/s3-cache-handler/test/create-bucket.ts'
import { localObjects, remoteObjects, type BucketObjects } from './bucket-objects.ts'
import { ACCESS_KEY_ID, BUCKET, ENDPOINT, isExternal, REGION, SECRET_ACCESS_KEY } from './credentials.ts'
import { startRecordingProxy } from './recording-proxy.ts'

export { isExternal }

/** The keys in `requests` and `objects` are without `prefix`. */
export interface Bucket extends Pick<
  LocalS3,
  'url' | 'port' | 'requests' | 'faults' | 'clock' | 'credentials' | 'close'
> {
  /** What an instance needs to reach it. */
  readonly env: Readonly<Record<string, string>>
  /** The part of the bucket that is these tests' own: nothing on local-s3, where all of it is. */
  readonly prefix: string
  /** What the instances put before their keys within that. @default '' */
  readonly keyPrefix?: string
  /** What it holds, past what the instances see of it: no line in its request log, no fault. */
  readonly objects: BucketObjects
}

/** An empty bucket behind the S3 protocol: in this process, or a part of that of `S3_TEST_ENDPOINT`. */
export async function startBucket({ port = 0 }: { port?: number } = {}): Promise<Bucket> {
  if (ENDPOINT !== undefined) return await openExternal(ENDPOINT)
  const s3 = await startLocalS3({
    port,
    buckets: [BUCKET],
    accessKeyId: ACCESS_KEY_ID,
    secretAccessKey: SECRET_ACCESS_KEY,
  })
  return { ...s3, prefix: '', env: bucketEnv(s3.url), objects: localObjects(s3) }
}

/** Instances reach it through a proxy that counts their requests, as local-s3 does. */
async function openExternal(endpoint: string): Promise<Bucket> {
  await createBucket({ endpoint, bucket: BUCKET, region: REGION })
  const prefix = `${process.env['S3_TEST_PREFIX'] ?? ''}e2e-${randomUUID().slice(0, 8)}/`
  const proxy = await startRecordingProxy(endpoint, prefix)
  const objects = remoteObjects(endpoint, prefix)
  const close = async (): Promise<void> => {
    await objects.clear()
    await proxy.close()
  }
  return {
    ...proxy,
    prefix,
    env: { ...bucketEnv(proxy.url), CACHE_KEY_PREFIX: prefix },
    objects,
    get faults(): never {
      throw new Error('Only local-s3 has faults: this test must be skipped on another server')
    },
    get clock(): never {
      throw new Error('Only local-s3 has a clock to set: this test must be skipped on another server')
    },
    get credentials(): never {
      throw new Error('Only local-s3 has credentials to change: this test must be skipped on another server')
    },
    close,
  }
}

/** What an instance needs to reach the bucket there. */
export function bucketEnv(endpoint: string): Record<string, string> {
  return { CACHE_S3_BUCKET: BUCKET, CACHE_S3_ENDPOINT_URL: endpoint, ...credentialsEnv() }
}

export function credentialsEnv(): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: SECRET_ACCESS_KEY,
    AWS_REGION: REGION,
  }
}
