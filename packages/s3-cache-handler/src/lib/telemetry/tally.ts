import type { Metric } from './metric-table.ts'

/** What was recorded of one metric with the same labels. */
export interface Series {
  readonly labels: readonly string[]
  /** How often. */
  readonly count: number
  /** Of the values: what a counter shows. */
  readonly sum: number
  /** How many values lie in each bucket of a histogram, the last of which has no end; not cumulative. */
  readonly buckets: readonly number[]
}

interface OpenSeries extends Series {
  count: number
  sum: number
  readonly buckets: number[]
}

/** Sums of what is recorded, from the first on. */
export class Tally {
  readonly #series = new Map<string, Map<string, OpenSeries>>()

  /** @param labels Values of the metric's labels, in its order. */
  record(metric: Metric, value: number, labels: readonly string[]): void {
    const series = this.#open(metric, labels)
    series.count++
    series.sum += value
    const { boundaries } = metric
    if (boundaries === undefined) return
    const bucket = bucketOf(value, boundaries)
    series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
  }

  /** Those of one metric, in the order of their first values. */
  of(metric: Metric): readonly Series[] {
    return [...(this.#series.get(metric.name)?.values() ?? [])]
  }

  #open({ name, boundaries = [] }: Metric, labels: readonly string[]): OpenSeries {
    const ofMetric = this.#series.get(name) ?? new Map<string, OpenSeries>()
    this.#series.set(name, ofMetric)
    const id = labels.join('\0')
    const known = ofMetric.get(id)
    if (known !== undefined) return known
    const buckets = Array.from({ length: boundaries.length + 1 }, () => 0)
    const series: OpenSeries = { labels, count: 0, sum: 0, buckets }
    ofMetric.set(id, series)
    return series
  }
}

/** A value on a boundary is below it: https://prometheus.io/docs/concepts/metric_types/#histogram */
function bucketOf(value: number, boundaries: readonly number[]): number {
  const index = boundaries.findIndex((boundary) => value <= boundary)
  return index < 0 ? boundaries.length : index
}
