import { channel } from 'node:diagnostics_channel'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { expect, it } from 'vitest'
import { EVERY_EVENT } from '../../../test/every-event.ts'
import { createS3Cache, memoryStore } from '../../cache.ts'
import { instrument } from '../../opentelemetry.ts'
import { EVENT_CHANNEL } from '../cache-events.ts'
import { type Metric, METRICS } from '../telemetry/metric-table.ts'
import { prometheusName } from '../telemetry/prometheus-name.ts'

/** What `@opentelemetry/exporter-prometheus` answers a scrape with. */
async function scrape(): Promise<string> {
  const reader = new PrometheusExporter({ preventServerStart: true })
  const end = instrument({ meterProvider: new MeterProvider({ readers: [reader] }) })
  await createS3Cache({ store: memoryStore(), prefix: 'shop/', log: 'silent' }).set('k', 'v')
  for (const [event] of EVERY_EVENT) channel(EVENT_CHANNEL).publish(event)
  const { resourceMetrics } = await reader.collect()
  end()
  return new PrometheusSerializer().serialize(resourceMetrics)
}

/** The guide says that this exporter leaves the units out. Where it adds them one day, the guide can say less. */
const withoutUnit = (metric: Metric): string => prometheusName({ ...metric, unit: '' })

it('has the names of the guide, but for the units that the exporter of JavaScript leaves out', async () => {
  const text = await scrape()
  const types = Array.from(text.matchAll(/^# TYPE (s3_cache_\S+) (\S+)$/gm), ([, name, kind]) => `${name} ${kind}`)
  expect(types.toSorted()).toEqual(METRICS.map((metric) => `${withoutUnit(metric)} ${metric.kind}`).toSorted())
  const differing = METRICS.filter((metric) => withoutUnit(metric) !== prometheusName(metric))
  expect(differing.map(withoutUnit)).toEqual([
    's3_cache_read_duration',
    's3_cache_stored_total',
    's3_cache_request_duration',
    's3_cache_memory_size',
    's3_cache_pending_size',
  ])
})

it('has the labels of the guide, with the same values', async () => {
  const text = await scrape()
  for (const metric of METRICS) {
    const sample = new RegExp(`^${withoutUnit(metric)}(?:_count)?(?:{(.*)})? [\\d.]+$`, 'm').exec(text)
    const labels = Array.from(sample?.[1]?.matchAll(/(\w+)="/g) ?? [], ([, name]) => name)
    expect(labels, metric.name).toEqual([...metric.labels, 'otel_scope_name'])
  }
  expect(text).toContain('s3_cache_hits_total{kind="page",tier="memory",freshness="stale",otel_scope_name=')
})
