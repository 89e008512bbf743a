import { OptionError } from '../option-error.ts'
import { isS3ErrorCode, type S3ErrorCode } from '../http/errors.ts'
import { isRecord } from '../is-record.ts'
import { isS3Operation, type S3Operation } from '../operation.ts'

/** A way for a request to go wrong. */
export type Fault =
  /** Answers as usual, `ms` milliseconds late. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** Receives the request whole and carries it out `ms` milliseconds later, also when its client has left by then. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Destroys the connection before any answer, and before the body is read. */
  | { readonly kind: 'refuse' }
  /** Carries the operation out, answers the head and half of the body, then destroys the connection. */
  | { readonly kind: 'reset' }
  /** Answers completely, but with the first half of the body only and the length of that half. */
  | { readonly kind: 'truncate' }
  /** Answers completely, but with one bit of the body flipped, another one each time that the rule fires. */
  | { readonly kind: 'flip' }
  /** Answers the head at once and then a piece of 16 bytes of the body every `ms` milliseconds. */
  | { readonly kind: 'drip'; readonly ms: number }
  /** Answers S3's error `AccessDenied`, `InternalError` or `SlowDown`. */
  | { readonly kind: 'status'; readonly status: 403 | 500 | 503 }
  /** Answers the S3 error that has this code, with the status that S3 gives it. */
  | { readonly kind: 'status'; readonly code: S3ErrorCode }
  /** Never answers, and never reads the body. */
  | { readonly kind: 'hang' }

/** Which requests a fault befalls. */
export interface FaultRule {
  readonly fault: Fault
  /** Absent: every operation. */
  readonly operation?: S3Operation
  /** A regular expression, tested on the key as the request log has it. Absent: every key. */
  readonly keyPattern?: string
  /** Fires so often, then never. Absent: always. */
  readonly times?: number
  /** From 0 to 1, for each matching request. @default 1 */
  readonly probability?: number
}

const STATUSES = [403, 500, 503] as const

/** Checks a rule from outside, such as a JSON body; throws an `OptionError` that names what is wrong. */
export function parseFaultRule(value: unknown): FaultRule {
  const { fault, operation, keyPattern, times, probability } = requireRecord('rule', value)
  if (operation !== undefined && !isS3Operation(operation))
    throw new OptionError('operation', 'an S3 operation', operation)
  if (keyPattern !== undefined && typeof keyPattern !== 'string')
    throw new OptionError('keyPattern', 'a string', keyPattern)
  if (times !== undefined && !isCount(times)) throw new OptionError('times', 'a non-negative integer', times)
  if (probability !== undefined && !isProbability(probability)) {
    throw new OptionError('probability', 'a number from 0 to 1', probability)
  }
  return {
    fault: parseFault(fault),
    ...(operation !== undefined && { operation }),
    ...(keyPattern !== undefined && { keyPattern }),
    ...(times !== undefined && { times }),
    ...(probability !== undefined && { probability }),
  }
}

function parseFault(value: unknown): Fault {
  const { kind, ms, status, code } = requireRecord('fault', value)
  switch (kind) {
    case 'refuse':
    case 'reset':
    case 'truncate':
    case 'flip':
    case 'hang':
      return { kind }
    case 'latency':
    case 'late':
    case 'drip':
      if (!isCount(ms)) throw new OptionError('ms', 'a non-negative integer', ms)
      return { kind, ms }
    case 'status':
      return code === undefined ? { kind, status: parseStatus(status) } : { kind, code: parseCode(code, status) }
    default:
      throw new OptionError('kind', 'latency, late, refuse, reset, truncate, flip, drip, status or hang', kind)
  }
}

function parseStatus(value: unknown): (typeof STATUSES)[number] {
  const status = STATUSES.find((known) => known === value)
  if (status === undefined) throw new OptionError('status', '403, 500 or 503', value)
  return status
}

/** The code decides the status: one that stands beside it could only contradict it. */
function parseCode(code: unknown, status: unknown): S3ErrorCode {
  if (status !== undefined) throw new OptionError('status', 'absent beside a "code"', status)
  if (!isS3ErrorCode(code)) throw new OptionError('code', 'an error code that this server knows', code)
  return code
}

function requireRecord(name: string, value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw new OptionError(name, 'an object', value)
  return value
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

function isProbability(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1
}
