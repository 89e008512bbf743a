import { channel } from 'node:diagnostics_channel'
import { beforeAll, expect, it } from 'vitest'
import { createS3Cache, memoryStore } from '../../cache.ts'
import { prometheusText, startMetrics } from '../../telemetry.ts'
import { type CacheEvent, EVENT_CHANNEL } from '../cache-events.ts'
import { METRICS } from './metric-table.ts'
import { prometheusName } from './prometheus-name.ts'

const publish = (event: CacheEvent): void => channel(EVENT_CHANNEL).publish(event)
const linesOf = (name: string): string[] =>
  prometheusText()
    .split('\n')
    .filter((line) => line.replace(/[ {].*/, '') === name)

beforeAll(() => {
  startMetrics()
})

it('is a text that Prometheus can parse, with a head for each metric', () => {
  publish({ name: 'stored', kind: 'page', key: 'k', bytes: 10 })
  const text = prometheusText()
  expect(text.endsWith('\n')).toBe(true)
  const sample = /^[a-z0-9_]+(\{([a-z]+="([^"\\\n]|\\.)*",?)+\})? -?[\d.e+-]+$/
  for (const line of text.trimEnd().split('\n')) expect(line).toMatch(line.startsWith('#') ? /^# (HELP|TYPE) / : sample)
  const types = text.split('\n').filter((line) => line.startsWith('# TYPE '))
  expect(types).toEqual(METRICS.map((metric) => `# TYPE ${prometheusName(metric)} ${metric.kind}`))
})

it('sums what is counted, once however often counting is started', () => {
  startMetrics()
  for (let count = 0; count < 3; count++) publish({ name: 'set', kind: 'fetch', key: `k${count}` })
  publish({ name: 'set', kind: 'image', key: 'k' })
  expect(linesOf('s3_cache_sets_total')).toEqual([
    's3_cache_sets_total{kind="fetch"} 3',
    's3_cache_sets_total{kind="image"} 1',
  ])
})

it('begins with 0 where there is nothing to tell apart, and where the first increase is worth an alarm', () => {
  expect(linesOf('s3_cache_corrupt_total')).toEqual(['s3_cache_corrupt_total 0'])
  expect(linesOf('s3_cache_tag_log_refresh_failures_total')).toEqual([
    's3_cache_tag_log_refresh_failures_total{denied="true"} 0',
    's3_cache_tag_log_refresh_failures_total{denied="false"} 0',
  ])
})

it('counts durations in cumulative buckets, a value on a boundary below it', () => {
  const subject = { operation: 'HeadObject', bucket: 'b', objectKey: 'k', origin: 'http://h' } as const
  const answer = { status: 200, storeCode: undefined, isFailure: false }
  for (const durationMs of [5, 20, 9000, 60_000]) publish({ name: 'request', ...subject, ...answer, durationMs })
  const buckets = linesOf('s3_cache_request_duration_seconds_bucket')
  expect(buckets).toHaveLength(15)
  expect(buckets[0]).toBe('s3_cache_request_duration_seconds_bucket{operation="HeadObject",le="0.005"} 1')
  expect(buckets[2]).toBe('s3_cache_request_duration_seconds_bucket{operation="HeadObject",le="0.025"} 2')
  expect(buckets[13]).toBe('s3_cache_request_duration_seconds_bucket{operation="HeadObject",le="10"} 3')
  expect(buckets[14]).toBe('s3_cache_request_duration_seconds_bucket{operation="HeadObject",le="+Inf"} 4')
  expect(linesOf('s3_cache_request_duration_seconds_count')).toEqual([
    's3_cache_request_duration_seconds_count{operation="HeadObject"} 4',
  ])
  expect(linesOf('s3_cache_request_duration_seconds_sum')).toEqual([
    's3_cache_request_duration_seconds_sum{operation="HeadObject"} 69.025',
  ])
})

it('counts once what the caches of one place share: what is known of invalidations', async () => {
  const place = { store: memoryStore(), prefix: 'shared/', log: 'silent' } as const
  const caches = [1000, 2000].map((timeoutMs) => createS3Cache({ ...place, timeoutMs }))
  for (const cache of caches) await cache.set('k', 'v')
  await caches[0]?.revalidateTag('t')
  expect(linesOf('s3_cache_tag_log_events').filter((line) => line.includes('shared/'))).toEqual([
    's3_cache_tag_log_events{bucket="",prefix="shared/"} 1',
  ])
  expect(linesOf('s3_cache_memory_entries').filter((line) => line.includes('shared/'))).toEqual([
    's3_cache_memory_entries{bucket="",prefix="shared/"} 2',
  ])
})

it('tells what caches hold by place, summed where several are open on one, and escapes its name', async () => {
  const prefix = 'a"b\\c\n'
  const open = (log: 'silent' | 'error') => createS3Cache({ store: memoryStore(), prefix, log })
  await open('silent').set('k', 'v')
  await open('error').set('k', 'v')
  expect(linesOf('s3_cache_memory_entries')).toContain('s3_cache_memory_entries{bucket="",prefix="a\\"b\\\\c\\n"} 2')
})
