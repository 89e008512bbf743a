import type { KeyRange } from './http/reply.ts'
import { compileKeyPattern } from './key-pattern.ts'
import type { S3Operation } from './operation.ts'

/** Which requests to count. A request must fit all parts that are given. */
export interface RequestFilter {
  readonly operation?: S3Operation
  readonly keyPrefix?: string
  /** A regular expression, tested on the key. */
  readonly keyPattern?: string
}

/** One request, as far as it went. */
export interface LoggedRequest {
  /** When it began, in ms since the Unix epoch, by the machine's clock. */
  readonly at: number
  readonly operation: S3Operation
  /** The object's key; for a listing its prefix; for all else, `DeleteObjects` included, the empty text. */
  readonly key: string
  /** The HTTP status of the answer; 0 while there is none, and for ever when a fault left none. */
  readonly status: number
  /** Bytes of the answer's body and, as its `Content-Length` tells, of the request's. */
  readonly bytes: number
  /** The keys that a listing answered or that a `DeleteObjects` named. */
  readonly rangeOfKeys?: KeyRange
}

/** What has been asked of the server. Requests count from when their head has arrived, whatever comes of them. */
export interface RequestLog {
  /**
   * How many requests have begun since the start or the last `clear`. Exact, however many there were: counts are kept
   * for each operation and key, apart from the list.
   */
  count(filter?: RequestFilter): number
  /** The last 1,000 requests, oldest first. */
  list(): readonly LoggedRequest[]
  /** Forgets the list and sets all counts to 0. */
  clear(): void
}

/** The log as the server uses it. */
export interface RequestRecorder extends RequestLog {
  /** The counts of `count`, apart by operation; operations without a request are left out. */
  countByOperation(filter?: RequestFilter): Partial<Record<S3Operation, number>>
  /** Records a request; call the answer once it has been answered. */
  begin(operation: S3Operation, key: string): (outcome: RequestOutcome) => void
}

/** How a request ended. */
export type RequestOutcome = Pick<LoggedRequest, 'status' | 'bytes' | 'rangeOfKeys'>

const MAX_LISTED = 1000

/** Creates an empty log. */
export function createRequestLog(): RequestRecorder {
  const counts = new Map<S3Operation, Map<string, number>>()
  let listed: LoggedRequest[] = []

  const countByOperation = (filter: RequestFilter = {}): Partial<Record<S3Operation, number>> => {
    const matches = keyMatcher(filter)
    const result: Partial<Record<S3Operation, number>> = {}
    for (const [operation, byKey] of counts) {
      if (filter.operation !== undefined && filter.operation !== operation) continue
      let count = 0
      for (const [key, times] of byKey) if (matches(key)) count += times
      if (count > 0) result[operation] = count
    }
    return result
  }

  return {
    countByOperation,
    count: (filter) => Object.values(countByOperation(filter)).reduce((sum, count) => sum + count, 0),
    list: () => listed.slice(-MAX_LISTED),
    clear() {
      counts.clear()
      listed = []
    },
    begin(operation, key) {
      const byKey = counts.get(operation) ?? new Map<string, number>()
      counts.set(operation, byKey.set(key, (byKey.get(key) ?? 0) + 1))
      const entry: LoggedRequest = { at: Date.now(), operation, key, status: 0, bytes: 0 }
      // Cut only now and then, so that a request does not pay for moving a thousand others.
      if (listed.push(entry) >= 2 * MAX_LISTED) listed = listed.slice(-MAX_LISTED)
      return (outcome) => void Object.assign(entry, outcome)
    },
  }
}

function keyMatcher({ keyPrefix = '', keyPattern }: RequestFilter): (key: string) => boolean {
  const pattern = keyPattern === undefined ? undefined : compileKeyPattern(keyPattern)
  return (key) => key.startsWith(keyPrefix) && (pattern === undefined || pattern.test(key))
}
