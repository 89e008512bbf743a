import type { CacheEvent } from '../cache-events.ts'
import * as metrics from './metric-table.ts'

/** @param labels Values of the metric's labels, in its order. */
export type RecordValue = (metric: metrics.Metric, value: number, labels: readonly string[]) => void

/** What an event adds to which metrics. */
export function measure(event: CacheEvent, record: RecordValue): void {
  switch (event.name) {
    case 'hit':
      record(metrics.HITS, 1, [event.kind, event.tier, event.freshness])
      return record(metrics.READ_DURATION, event.durationMs / 1000, [event.tier])
    case 'miss':
      record(metrics.MISSES, 1, [event.kind, event.reason])
      return record(metrics.READ_DURATION, event.durationMs / 1000, ['none'])
    case 'request':
      record(metrics.REQUESTS, 1, [event.operation, statusClassOf(event.status)])
      return record(metrics.REQUEST_DURATION, event.durationMs / 1000, [event.operation])
    case 'stored':
      record(metrics.WRITES, 1, [event.kind])
      return record(metrics.STORED, event.bytes, [event.kind])
    case 'invalidated':
      return record(metrics.INVALIDATIONS, event.tags.length, [modeOf(event.expireSeconds)])
    case 'announced':
      return record(metrics.ANNOUNCED, event.subjects, [])
    case 'cleared':
      return record(metrics.CLEARED, event.deleted, [])
    case 'refresh-failed':
      return record(metrics.REFRESH_FAILURES, 1, [String(event.denied)])
    case 'not-stored':
      return record(metrics.WRITE_FAILURES, 1, [event.kind, codeOf(event.error)])
    case 'store-failed':
      return record(metrics.STORE_FAILURES, 1, [event.operation, codeOf(event.error)])
    case 'failed':
      return record(metrics.DEFECTS, 1, [event.call])
    default:
      return measureCount(event, record)
  }
}

/** Those that only count, by the kind of the entry if there is one. */
function measureCount(event: CacheEvent, record: RecordValue): void {
  const metric = COUNTED[event.name]
  if (metric !== undefined) record(metric, 1, 'kind' in event ? [event.kind] : [])
}

/** What is not here either is said in the log, and no count: that the store lacks something, or works again. */
const COUNTED: Readonly<Partial<Record<CacheEvent['name'], metrics.Metric>>> = {
  set: metrics.SETS,
  deleted: metrics.DELETES,
  deduplicated: metrics.DEDUPLICATED,
  discarded: metrics.DISCARDED,
  'remake-failed': metrics.REMAKE_FAILURES,
  'not-indexed': metrics.INDEX_FAILURES,
  'invalidation-failed': metrics.INVALIDATION_FAILURES,
  compacted: metrics.COMPACTIONS,
  'compaction-failed': metrics.COMPACTION_FAILURES,
  corrupt: metrics.CORRUPT,
  misconfigured: metrics.MISCONFIGURED,
}

/** What is to be gone after no time is gone now. */
const modeOf = (expireSeconds: number | undefined): 'expire' | 'stale' =>
  expireSeconds !== undefined && expireSeconds > 0 ? 'stale' : 'expire'

export const statusClassOf = (status: number | undefined): string =>
  status === undefined ? 'none' : `${Math.floor(status / 100)}xx`

/** Our own codes are few. Those of others are not, and would each be a series for ever. */
function codeOf(error: Error): string {
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' && /^ERR_(?:OBJECT_STORE_[A-Z_]+|UNENCODABLE_VALUE)$/.test(code) ? code : 'other'
}
