import { expect, it } from 'vitest'
import { LABELS } from './labels.ts'
import { METRICS } from './metric-table.ts'
import { prometheusName } from './prometheus-name.ts'

it('has names that OpenTelemetry and Prometheus accept, each once', () => {
  const names = METRICS.map(prometheusName)
  expect(new Set(names).size).toBe(METRICS.length)
  expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length)
  for (const name of names) expect(name).toMatch(/^s3_cache_[a-z0-9_]+$/)
  for (const { name } of METRICS) expect(name).toMatch(/^s3_cache(\.[a-z0-9_]+)+$/)
})

it('follows the rules by which OpenTelemetry is exported to Prometheus', () => {
  const metric = { kind: 'counter', labels: [], begins: [], help: '' } as const
  expect(prometheusName({ ...metric, name: 's3_cache.stored', unit: 'By' })).toBe('s3_cache_stored_bytes_total')
  expect(prometheusName({ ...metric, name: 's3_cache.hits', unit: '{hit}' })).toBe('s3_cache_hits_total')
  const histogram = { ...metric, kind: 'histogram', name: 's3_cache.read.duration', unit: 's' } as const
  expect(prometheusName(histogram)).toBe('s3_cache_read_duration_seconds')
})

it('gives histograms ascending boundaries, and nothing else any', () => {
  for (const { kind, boundaries } of METRICS) {
    expect(boundaries === undefined).toBe(kind !== 'histogram')
    expect(boundaries).toEqual(boundaries?.toSorted((one, other) => one - other))
  }
})

it('begins counters without labels, and those of which an alarm must see the first increase, with 0', () => {
  const begun = METRICS.filter(({ begins }) => begins.length > 0)
  for (const { kind, labels, begins } of begun) {
    expect(kind).toBe('counter')
    for (const values of begins) expect(values).toHaveLength(labels.length)
  }
  const unlabelled = METRICS.filter(({ kind, labels }) => kind === 'counter' && labels.length === 0)
  expect(begun).toEqual(expect.arrayContaining(unlabelled))
})

it('explains every label, and has none that could be a key', () => {
  const used = new Set<string>(METRICS.flatMap(({ labels }) => labels))
  expect([...used].toSorted()).toEqual(Object.keys(LABELS).toSorted())
  for (const name of used) expect(name).not.toMatch(/key|tag|path/)
})
