import { messageOf } from '../errors.ts'
import type { ObjectOperation } from './object-store.ts'
import { codeOfRefusal, ObjectStoreError } from './object-store-error.ts'

/** What S3 answered in place of a result. */
interface S3Failure {
  /** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
  readonly name: string
  readonly status: number
}

/**
 * The SDK's error, or the answer to a presigned request, in one shape; undefined when no answer came. Without the
 * message: a server may repeat there what it was asked, and that holds credentials.
 */
function toS3Failure(error: unknown): S3Failure | undefined {
  if (!(error instanceof Error)) return undefined
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  // With a code, its document broke off on the way: what it would have said, "no such bucket" perhaps, nobody knows.
  if (status === undefined || codeOfError(error) !== undefined) return undefined
  // What the SDK makes of an answer without an error document, as every answer to HEAD is.
  const isNamed = error.name !== 'Unknown' && /^[\w.-]+$/.test(error.name)
  return { name: isNamed ? error.name : namelessFailure(status), status }
}

/** Stands for the name of a failure that has none. */
export const namelessFailure = (status: number): string => `HTTP ${status}`

/** S3's own name for a refusal; undefined where it gave none, and for all else. */
export function storeCodeOf(error: unknown): string | undefined {
  const { name, status = 0 } = toS3Failure(error) ?? {}
  return status >= 400 && name !== namelessFailure(status) && name !== 'Error' ? name : undefined
}

export const isNotFound = (error: unknown): boolean => {
  const failure = toS3Failure(error)
  return failure?.status === 404 && failure.name !== 'NoSuchBucket'
}

export const isNotModified = (error: unknown): boolean => toS3Failure(error)?.status === 304

/** Neither wrong credentials nor a wrong clock: those have names of their own. */
export const isAccessDenied = (error: unknown): boolean => toS3Failure(error)?.name === 'AccessDenied'

export const isTimeTooSkewed = (error: unknown): boolean => toS3Failure(error)?.name === 'RequestTimeTooSkewed'

/** Others may be taken: these have ended, were revoked, or are not known (yet). */
export const areCredentialsRefused = (error: unknown): boolean =>
  ['ExpiredToken', 'InvalidToken', 'TokenRefreshRequired', 'InvalidAccessKeyId'].includes(
    toS3Failure(error)?.name ?? '',
  )

/** Whether a request was not served for what it is: neither is there no such object, nor too much to do. */
export const isRefusal = (error: unknown): boolean => {
  const { status = 0 } = toS3Failure(error) ?? {}
  return status >= 400 && status < 500 && status !== 404 && status !== 429
}

/** The headers of the answer that an error stands for. */
export const headersOf = (error: unknown): Readonly<Record<string, string | undefined>> =>
  (error as { $response?: { headers?: Record<string, string> } } | null)?.$response?.headers ?? {}

/** 412, or 409 when two conditional writes met: both say that this one did not happen. */
export const isConditionFailure = (error: unknown): boolean => {
  const failure = toS3Failure(error)
  return failure?.status === 412 || (failure?.status === 409 && failure.name === 'ConditionalRequestConflict')
}

/**
 * A failed operation as the error that callers switch on. Never holds a URL: a presigned one is a credential.
 * @param signal What the operation was given to abort it.
 */
export function toObjectStoreError(
  error: unknown,
  operation: ObjectOperation,
  key: string,
  signal?: AbortSignal,
): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error
  const failure = toS3Failure(error)
  if (failure === undefined) return withoutAnswer(error, operation, key, signal)
  const { name, status } = failure
  const named = name === namelessFailure(status) ? name : `${status} ${name}`
  // So the SDK calls what it cannot parse.
  const what = name === 'Error' ? `HTTP ${status}, with a document that is not S3's` : named
  // Not the SDK's error, which keeps all that the answer said.
  const cause = Object.assign(new Error(''), { name, status })
  return new ObjectStoreError(codeOfRefusal(name, status), `failed: ${what}`, {
    operation,
    key,
    cause,
    storeCode: name,
  })
}

function withoutAnswer(
  error: unknown,
  operation: ObjectOperation,
  key: string,
  signal: AbortSignal | undefined,
): ObjectStoreError {
  const name = error instanceof Error ? error.name : ''
  const details = { operation, key, cause: withoutPacket(error, name) }
  // By the signal, because undici rejects with its reason, which can be anything.
  if (signal?.aborted === true) return new ObjectStoreError('ERR_OBJECT_STORE_ABORTED', 'was aborted', details)
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return new ObjectStoreError('ERR_OBJECT_STORE_DENIED', `has no credentials: ${messageOf(error)}`, details)
  }
  // Whatever fails on the network has a code. What has none failed before, as "Region is missing": no retry mends it.
  const isNetwork = codeOfError(error) !== undefined || name === 'TimeoutError'
  return isNetwork
    ? new ObjectStoreError('ERR_OBJECT_STORE_UNREACHABLE', `got no answer: ${describe(error)}`, details)
    : new ObjectStoreError('ERR_OBJECT_STORE_FAILED', `failed: ${describe(error)}`, details)
}

/** Whoever parses HTTP leaves on its error what has come in, where a server may have repeated the request. */
function withoutPacket(error: unknown, name: string): unknown {
  const code = codeOfError(error)
  return code?.startsWith('HPE_') ? Object.assign(new Error(messageOf(error)), { name, code }) : error
}

/** Connecting to a name with several addresses fails with an AggregateError, whose own message is empty. */
const describe = (error: unknown): string => messageOf(error) || (codeOfError(error) ?? 'no reason given')

function codeOfError(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}
