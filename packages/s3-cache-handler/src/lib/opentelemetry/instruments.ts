import type { Attributes, Context, Counter, Histogram, Meter, ObservableGauge } from '@opentelemetry/api'
import type { CacheEvent } from '../cache-events.ts'
import type { CacheSizes } from '../gauges.ts'
import { sizesByPlace } from '../open-caches.ts'
import { measure } from '../telemetry/measure.ts'
import { type Metric, METRICS, REQUEST_DURATION, SIZES } from '../telemetry/metric-table.ts'
import { httpAttributes } from './attributes.ts'

/** What events are recorded with. */
export interface Instruments {
  /** @param context What was active where the event was published, for exemplars. */
  record(event: CacheEvent, context: Context): void
  /** No size is told from now on. */
  end(): void
}

/** An instrument for each metric of the table, and the one that all HTTP clients have. */
export function createInstruments(meter: Meter): Instruments {
  const counters = new Map<Metric, Counter>()
  const histograms = new Map<Metric, Histogram>()
  for (const metric of METRICS) {
    const { name, kind, help: description, unit, boundaries = [] } = metric
    if (kind === 'counter') {
      const counter = meter.createCounter(name, { description, unit })
      for (const labels of metric.begins) counter.add(0, attributesOf(metric, labels))
      counters.set(metric, counter)
    }
    if (kind !== 'histogram') continue
    const advice = { explicitBucketBoundaries: [...boundaries] }
    histograms.set(metric, meter.createHistogram(name, { description, unit, advice }))
  }
  const http = createHttpHistogram(meter)
  const end = observeSizes(meter)
  return {
    record(event, context) {
      measure(event, (metric, value, labels) => {
        const attributes = attributesOf(metric, labels)
        counters.get(metric)?.add(value, attributes, context)
        histograms.get(metric)?.record(value, attributes, context)
      })
      if (event.name === 'request') http.record(event.durationMs / 1000, httpAttributes(event), context)
    },
    end,
  }
}

const attributesOf = ({ labels: names }: Metric, labels: readonly string[]): Attributes =>
  Object.fromEntries(names.map((name, index) => [name, labels[index] ?? '']))

/** https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpclientrequestduration */
function createHttpHistogram(meter: Meter): Histogram {
  const advice = { explicitBucketBoundaries: [...(REQUEST_DURATION.boundaries ?? [])] }
  const description = 'Duration of HTTP client requests.'
  return meter.createHistogram('http.client.request.duration', { description, unit: 's', advice })
}

/** Returns what ends it. */
function observeSizes(meter: Meter): () => void {
  const gauges = new Map<keyof CacheSizes, ObservableGauge>()
  for (const size of Object.keys(SIZES) as (keyof CacheSizes)[]) {
    const { name, help: description, unit } = SIZES[size]
    gauges.set(size, meter.createObservableGauge(name, { description, unit }))
  }
  const observe: Parameters<Meter['addBatchObservableCallback']>[0] = (result) => {
    for (const { bucket, prefix, sizes } of sizesByPlace()) {
      for (const [size, gauge] of gauges) result.observe(gauge, sizes[size], { bucket, prefix })
    }
  }
  const observed = [...gauges.values()]
  meter.addBatchObservableCallback(observe, observed)
  return () => meter.removeBatchObservableCallback(observe, observed)
}
