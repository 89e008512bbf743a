import type { S3Operation } from './s3-operation.ts'

/** One HTTP request that went out to S3; each repetition is one more. */
export interface SentRequest {
  readonly operation: S3Operation
  readonly bucket: string
  /** Undefined for what is about no single object, as a listing is. */
  readonly objectKey: string | undefined
  /** Whom it was sent to, as in `https://s3.eu-west-1.amazonaws.com`. */
  readonly origin: string
  /** HTTP's; undefined where no answer came. Then nobody knows whether the request has arrived. */
  readonly status: number | undefined
  /** S3's name for a refusal, such as `NoSuchKey`; undefined where the answer names none. */
  readonly storeCode: string | undefined
  /**
   * Whether it failed, rather than told something: that there is no such object, which is "access denied" to a role that
   * may not list, or that a condition does not hold, is none.
   */
  readonly isFailure: boolean
  /** To the head of the answer, or to the failure, in ms by the monotonic clock. */
  readonly durationMs: number
}

export type OnRequest = (request: SentRequest) => void
