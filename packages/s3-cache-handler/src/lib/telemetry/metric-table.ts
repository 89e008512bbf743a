import type { CacheSizes } from '../gauges.ts'
import type { LabelName } from './labels.ts'

/** A metric, as Prometheus, OpenTelemetry, `docs/telemetry.md` and the dashboard have it. */
export interface Metric {
  /** https://opentelemetry.io/docs/specs/semconv/general/naming/ */
  readonly name: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  /** https://ucum.org/ucum: `s`, `By` for bytes, or what is counted in braces. */
  readonly unit: string
  readonly labels: readonly LabelName[]
  /** Values of the labels of those series that are there before there is anything to count, so that their first increase is one. */
  readonly begins: readonly (readonly string[])[]
  readonly help: string
  /** Upper ends of a histogram's buckets, in its unit. */
  readonly boundaries?: readonly number[]
}

/** From what is found in memory, in microseconds, to what the store is waited for. */
const READ_SECONDS = [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3]
/** https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpclientrequestduration */
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

export const HITS: Metric = counter('hits', '{hit}', ['kind', 'tier', 'freshness'], 'Reads that found an entry.')
export const MISSES: Metric = counter('misses', '{miss}', ['kind', 'reason'], 'Reads that found nothing to serve.')
export const READ_DURATION: Metric = histogram('read.duration', ['tier'], READ_SECONDS, 'How long reads took.')
export const DEDUPLICATED: Metric = counter(
  'deduplicated',
  '{call}',
  ['kind'],
  'Calls that were served what another one was making, or left a refresh to another instance.',
)
export const SETS: Metric = counter('sets', '{entry}', ['kind'], 'Entries that were handed over to be stored.')
export const WRITES: Metric = counter('writes', '{entry}', ['kind'], 'Entries that the store has acknowledged.')
export const STORED: Metric = counter('stored', 'By', ['kind'], 'Bytes of those entries.')
export const WRITE_FAILURES: Metric = counter(
  'write.failures',
  '{entry}',
  ['kind', 'code'],
  'Entries that are not stored, because the store failed or too much waited.',
)
export const INDEX_FAILURES: Metric = counter(
  'index.failures',
  '{entry}',
  ['kind'],
  'Entries that are stored, and not indexed by tag.',
)
export const DISCARDED: Metric = counter(
  'discarded',
  '{entry}',
  ['kind'],
  'Entries that were not stored, because an invalidation had overtaken them.',
)
export const DELETES: Metric = counter('deletes', '{entry}', ['kind'], 'Entries that were deleted by their key.')
export const CLEARED: Metric = counter('cleared', '{entry}', [], 'Entries that were deleted by a clear.')
export const REMAKE_FAILURES: Metric = counter(
  'remake.failures',
  '{value}',
  ['kind'],
  'Values that could not be made anew, so that a stale one was served.',
)
export const INVALIDATIONS: Metric = counter('invalidations', '{tag}', ['mode'], 'Tags that were invalidated here.')
export const ANNOUNCED: Metric = counter(
  'invalidations.announced',
  '{subject}',
  [],
  'Tags, paths and prefixes whose invalidation is stored, so that all instances find it.',
)
export const INVALIDATION_FAILURES: Metric = counter(
  'invalidations.failures',
  '{attempt}',
  [],
  'Attempts to store invalidations that failed, and are repeated.',
)
export const REFRESH_FAILURES: Metric = counter(
  'tag_log.refresh.failures',
  '{look}',
  ['denied'],
  'Looks at the tag log that failed or came too late: what other instances invalidate is not known meanwhile.',
  [['true'], ['false']],
)
export const COMPACTIONS: Metric = counter('tag_log.compactions', '{run}', [], 'Times that the tag log was compacted.')
export const COMPACTION_FAILURES: Metric = counter(
  'tag_log.compaction.failures',
  '{run}',
  [],
  'Times that compacting the tag log failed.',
)
export const CORRUPT: Metric = counter('corrupt', '{object}', [], 'Objects that could not be read as entries.')
export const STORE_FAILURES: Metric = counter(
  'store.failures',
  '{operation}',
  ['operation', 'code'],
  'Operations of the store that failed for good, after all repetitions.',
)
export const REQUESTS: Metric = counter(
  'requests',
  '{request}',
  ['operation', 'status'],
  'HTTP requests that went out to S3, each repetition one more.',
)
export const REQUEST_DURATION: Metric = histogram(
  'request.duration',
  ['operation'],
  REQUEST_SECONDS,
  'How long those requests took, to the head of the answer.',
)
export const DEFECTS: Metric = counter('defects', '{call}', ['call'], 'Calls that failed by a defect of this package.')
export const MISCONFIGURED: Metric = counter(
  'misconfigured',
  '{read}',
  [],
  'Reads while a wrong option keeps the cache in this process alone.',
)

/** What a cache holds in this process, see `CacheSizes`. */
export const SIZES: Readonly<Record<keyof CacheSizes, Metric>> = {
  memoryEntries: gauge('memory.entries', '{entry}', 'Entries in memory.'),
  memoryBytes: gauge('memory.size', 'By', 'Their bytes.'),
  pendingEntries: gauge('pending.entries', '{entry}', 'Entries on their way to the store.'),
  pendingBytes: gauge('pending.size', 'By', 'Their bytes.'),
  pendingInvalidations: gauge('pending.invalidations', '{subject}', 'Tags, paths and prefixes that wait to be stored.'),
  loads: gauge('loads', '{read}', 'Reads of the store under way.'),
  flights: gauge('flights', '{value}', 'Values that the data cache is making.'),
  refreshes: gauge('refreshes', '{entry}', 'Stale pages, images and values whose refreshing is known.'),
  useCacheMisses: gauge('use_cache.pending', '{value}', 'Values of `use cache` that are asked for and not made yet.'),
  knownEvents: gauge('tag_log.events', '{event}', 'Invalidations that are known.'),
  logObjects: gauge('tag_log.objects', '{object}', 'Objects of the tag log that are read.'),
  indexedEntries: gauge('index.entries', '{entry}', 'Entries whose index objects are known.'),
  presignedUrls: gauge('presigned_urls', '{url}', 'Presigned URLs that are kept for the next read.'),
}

/** Every metric, in the order in which it is told. */
export const METRICS: readonly Metric[] = [
  HITS,
  MISSES,
  READ_DURATION,
  DEDUPLICATED,
  SETS,
  WRITES,
  STORED,
  WRITE_FAILURES,
  INDEX_FAILURES,
  DISCARDED,
  DELETES,
  CLEARED,
  REMAKE_FAILURES,
  INVALIDATIONS,
  ANNOUNCED,
  INVALIDATION_FAILURES,
  REFRESH_FAILURES,
  COMPACTIONS,
  COMPACTION_FAILURES,
  CORRUPT,
  STORE_FAILURES,
  REQUESTS,
  REQUEST_DURATION,
  DEFECTS,
  MISCONFIGURED,
  ...Object.values(SIZES),
]

/** @param begins Of what has no label there is one series. */
function counter(
  name: string,
  unit: string,
  labels: readonly LabelName[],
  help: string,
  begins: Metric['begins'] = labels.length === 0 ? [[]] : [],
): Metric {
  return { name: `s3_cache.${name}`, kind: 'counter', unit, labels, begins, help }
}

function gauge(name: string, unit: string, help: string): Metric {
  return { name: `s3_cache.${name}`, kind: 'gauge', unit, labels: ['bucket', 'prefix'], begins: [], help }
}

function histogram(name: string, labels: readonly LabelName[], boundaries: readonly number[], help: string): Metric {
  return { name: `s3_cache.${name}`, kind: 'histogram', unit: 's', labels, begins: [], boundaries, help }
}
