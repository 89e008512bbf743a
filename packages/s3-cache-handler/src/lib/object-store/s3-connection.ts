import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import type { ObjectOperation } from './object-store.ts'
import { followClock } from './s3-clock.ts'
import { followCredentials } from './s3-credentials.ts'
import { keepDates } from './s3-dates.ts'
import { toObjectStoreError } from './s3-errors.ts'
import { followRegion } from './s3-region.ts'
import { watchRequests } from './s3-requests.ts'
import type { OnRequest } from './sent-request.ts'

export interface S3ConnectionOptions {
  readonly bucket: string
  readonly endpoint?: string | undefined
  readonly region?: string | undefined
  readonly forcePathStyle: boolean
  readonly expectedBucketOwner?: string | undefined
}

/** What every request names. */
export interface Target {
  readonly Bucket: string
  readonly ExpectedBucketOwner?: string
}

/**
 * Runs an operation once, or once more when the bucket turns out to be in another region, its clock to be another one or
 * the credentials to be old; fails with an ObjectStoreError.
 */
export type Attempt = <T>(
  operation: ObjectOperation,
  key: string,
  signal: AbortSignal | undefined,
  send: () => Promise<T>,
) => Promise<T>

/** A bucket, and how to talk to it. */
export interface S3Connection {
  readonly client: S3Client
  readonly target: Target
  readonly attempt: Attempt
  /** Is told of each request that goes out, also past the client. */
  readonly onRequest: OnRequest
}

/** Credentials come from the AWS SDK's default chain. */
export function connectS3(options: S3ConnectionOptions, onRequest: OnRequest = () => {}): S3Connection {
  const client = new S3Client(clientConfig(options))
  keepDates(client)
  watchRequests(client, onRequest)
  const inRegion = followRegion(client)
  const inTime = followClock(client)
  const withCredentials = followCredentials(client)
  return {
    client,
    onRequest,
    target: {
      Bucket: options.bucket,
      ...(options.expectedBucketOwner !== undefined && { ExpectedBucketOwner: options.expectedBucketOwner }),
    },
    async attempt(operation, key, signal, send) {
      try {
        return await withCredentials(() => inTime(() => inRegion(send)))
      } catch (error) {
        throw toObjectStoreError(error, operation, key, signal)
      }
    },
  }
}

/** As the SDK takes a signal. */
export const sending = (signal: AbortSignal | undefined): { abortSignal?: AbortSignal } =>
  signal === undefined ? {} : { abortSignal: signal }

function clientConfig({ endpoint, region, forcePathStyle }: S3ConnectionOptions): S3ClientConfig {
  return {
    forcePathStyle,
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    // Repeating is withRetry's concern, inside the deadline.
    maxAttempts: 1,
    // Many S3-compatible stores refuse the checksums that the SDK adds by default.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  }
}
