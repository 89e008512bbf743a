import type { Authorize } from '../auth/authorize.ts'
import type { RequestBody } from '../body/read-body.ts'
import type { Clock } from '../clock.ts'
import { S3Error } from '../http/errors.ts'
import type { Reply } from '../http/reply.ts'
import type { S3Request } from '../http/request.ts'
import type { Bucket, Store } from '../store/store.ts'

/** What an operation works with. Its request is authenticated, and authorized for what its URL names. */
export interface OperationContext {
  readonly request: S3Request
  readonly store: Store
  readonly authorize: Authorize
  readonly clock: Clock
  /** Reads and verifies the request's body; call it once. */
  readBody(): Promise<RequestBody>
}

/** Carries out one S3 operation; refuses with an `S3Error`. */
export type OperationHandler = (context: OperationContext) => Promise<Reply>

const MAX_KEY_BYTES = 1024

/** The bucket that the request names, or `NoSuchBucket`. */
export function requireBucket({ request, store }: OperationContext): Bucket {
  const bucket = store.bucket(request.target.bucket)
  if (bucket === undefined) throw new S3Error('NoSuchBucket')
  return bucket
}

/** The request's key, or `KeyTooLongError`. */
export function requireKey({ request }: OperationContext): string {
  return checkKey(request.target.key)
}

/** Passes a key through if S3 would accept it. */
export function checkKey(key: string): string {
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new S3Error('KeyTooLongError')
  return key
}

/**
 * `NoSuchKey`, but `AccessDenied` for whoever may not list the bucket and so may not learn what is missing from it:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export async function refuseMissingKey(authorize: Authorize, bucket: string): Promise<never> {
  await authorize('s3:ListBucket', { bucket })
  throw new S3Error('NoSuchKey')
}
