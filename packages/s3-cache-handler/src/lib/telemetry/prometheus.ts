import type { CacheSizes } from '../gauges.ts'
import { sizesByPlace } from '../open-caches.ts'
import { openTally } from './open-tally.ts'
import { type Metric, METRICS, SIZES } from './metric-table.ts'
import { prometheusName } from './prometheus-name.ts'
import type { Series, Tally } from './tally.ts'

/** What {@link prometheusText} is: the value of the answer's `Content-Type`. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * What all caches of this process have done since counting began, and what they hold now, for Prometheus:
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 *
 * ```ts
 * new Response(prometheusText(), { headers: { 'content-type': PROMETHEUS_CONTENT_TYPE } })
 * ```
 */
export function prometheusText(): string {
  const tally = openTally()
  const held = heldNow()
  return METRICS.map((metric) => head(metric) + (held.get(metric) ?? counted(metric, tally)).join('')).join('')
}

function heldNow(): ReadonlyMap<Metric, readonly string[]> {
  const places = sizesByPlace()
  const names = Object.keys(SIZES) as (keyof CacheSizes)[]
  return new Map(
    names.map((name) => {
      const metric = SIZES[name]
      return [metric, places.map(({ bucket, prefix, sizes }) => line(metric, '', [bucket, prefix], sizes[name]))]
    }),
  )
}

function head(metric: Metric): string {
  const name = prometheusName(metric)
  const help = metric.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return `# HELP ${name} ${help}\n# TYPE ${name} ${metric.kind}\n`
}

function counted(metric: Metric, tally: Tally): string[] {
  const all = tally.of(metric)
  if (metric.kind === 'histogram') return all.flatMap((series) => histogram(metric, series))
  return all.map(({ labels, sum }) => line(metric, '', labels, sum))
}

function histogram(metric: Metric, { labels, count, sum, buckets }: Series): string[] {
  let below = 0
  const bounds = (metric.boundaries ?? []).map((boundary, index) => {
    below += buckets[index] ?? 0
    return line(metric, '_bucket', labels, below, ['le', String(boundary)])
  })
  const all = line(metric, '_bucket', labels, count, ['le', '+Inf'])
  return [...bounds, all, line(metric, '_sum', labels, sum), line(metric, '_count', labels, count)]
}

function line(
  metric: Metric,
  suffix: string,
  values: readonly string[],
  value: number,
  ...more: (readonly [name: string, value: string])[]
): string {
  const labels = [...metric.labels.map((name, index) => [name, values[index] ?? ''] as const), ...more]
  const shown = labels.map(([name, text]) => `${name}="${escaped(text)}"`).join(',')
  return `${prometheusName(metric)}${suffix}${shown === '' ? '' : `{${shown}}`} ${value}\n`
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
