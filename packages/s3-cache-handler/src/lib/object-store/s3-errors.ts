import { messageOf } from '../errors.ts'
import type { ObjectOperation } from './object-store.ts'
import { ObjectStoreError, type ObjectStoreErrorCode } from './object-store-error.ts'

/** What S3 answered in place of a result. */
export interface S3Failure {
  /** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
  readonly name: string
  readonly message: string
  readonly status: number
}

/** The SDK's error, or the answer to a presigned request, in one shape; undefined when no answer came. */
export function toS3Failure(error: unknown): S3Failure | undefined {
  if (!(error instanceof Error)) return undefined
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  return status === undefined ? undefined : { name: error.name, message: error.message, status }
}

export const isNotFound = (error: unknown): boolean => {
  const failure = toS3Failure(error)
  return failure?.status === 404 && failure.name !== 'NoSuchBucket'
}

/** 412, or 409 when two conditional writes met: both say that this one did not happen. */
export const isConditionFailure = (error: unknown): boolean => {
  const failure = toS3Failure(error)
  return failure?.status === 412 || (failure?.status === 409 && failure.name === 'ConditionalRequestConflict')
}

/** A failed operation as the error that callers switch on. Never holds a URL: a presigned one is a credential. */
export function toObjectStoreError(error: unknown, operation: ObjectOperation, key: string): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error
  const failure = toS3Failure(error)
  if (failure === undefined) return withoutAnswer(error, operation, key)
  const what = `failed: ${failure.status} ${failure.name}${failure.message && `, ${failure.message}`}`
  return new ObjectStoreError(codeOf(failure), what, { operation, key, cause: error, storeCode: failure.name })
}

function codeOf({ name, status }: S3Failure): ObjectStoreErrorCode {
  if (name === 'NoSuchBucket') return 'ERR_OBJECT_STORE_NO_BUCKET'
  if (status === 401 || status === 403) return 'ERR_OBJECT_STORE_DENIED'
  if (status === 429 || status >= 500) return 'ERR_OBJECT_STORE_BUSY'
  return 'ERR_OBJECT_STORE_FAILED'
}

function withoutAnswer(error: unknown, operation: ObjectOperation, key: string): ObjectStoreError {
  const name = error instanceof Error ? error.name : ''
  const details = { operation, key, cause: error }
  if (name === 'AbortError') return new ObjectStoreError('ERR_OBJECT_STORE_ABORTED', 'was aborted', details)
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return new ObjectStoreError('ERR_OBJECT_STORE_DENIED', `has no credentials: ${messageOf(error)}`, details)
  }
  return new ObjectStoreError('ERR_OBJECT_STORE_UNREACHABLE', `got no answer: ${describe(error)}`, details)
}

/** Connecting to a name with several addresses fails with an AggregateError, whose own message is empty. */
function describe(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return messageOf(error) || (typeof code === 'string' ? code : 'no reason given')
}
