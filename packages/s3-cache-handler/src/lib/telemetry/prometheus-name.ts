import type { Metric } from './metric-table.ts'

const UNIT_SUFFIXES: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' }

/**
 * The name by which Prometheus knows it, which exporters of OpenTelemetry give it as well, so that one dashboard fits both:
 * https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export const prometheusName = ({ name, kind, unit }: Metric): string =>
  `${name.replaceAll('.', '_')}${UNIT_SUFFIXES[unit] ?? ''}${kind === 'counter' ? '_total' : ''}`
