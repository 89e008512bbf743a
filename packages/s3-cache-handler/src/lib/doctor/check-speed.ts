import { messageOf } from '../errors.ts'
import { MAX_SKEW_MS } from '../object-store/store-time.ts'
import { examine, failure, type Finding, ok, unknown, warning } from './finding.ts'
import { type Patient, removeProbes } from './patient.ts'

/** S3 refuses what a clock signs that is off by 15 minutes. */
const REFUSED_MS = 15 * 60_000
/** As many as there are, but for a slow store. */
const SAMPLES = 40
const LEAST_SAMPLES = 5
const SAMPLING_MS = 5000
/** Of a page without markup. */
const BODY = Buffer.alloc(16_384, 'x')
/** A bucket in the same region answers in a third of this. */
const SLOW_MS = 100

/** Once there were some answers: they tell the time. */
export function checkClock({ skewMs }: Pick<Patient, 'skewMs'>): Finding {
  const skew = skewMs()
  if (skew === undefined) return unknown('clock', 'the bucket has not told its time')
  const says = `${(Math.abs(skew) / 1000).toFixed(1)} s ${skew > 0 ? 'ahead of' : 'behind'} the bucket's`
  const advice = "have the machine's clock set over the network"
  if (Math.abs(skew) >= REFUSED_MS) return failure('clock', `${says}: what it signs is refused at first`, advice)
  return Math.abs(skew) >= MAX_SKEW_MS ? warning('clock', says, advice) : ok('clock', says)
}

/** One request after the other, as the app makes them. */
export async function* checkLatency(patient: Patient): AsyncGenerator<Finding> {
  const { store, probeKey } = patient
  // Some stores take one write a second to a key.
  const keyOf = (sample: number): string => `${probeKey}-latency/${sample}`
  const written = new Set<string>()
  try {
    yield await measure(patient, 'latency of writes', async (sample) => {
      written.add(keyOf(sample))
      await store.put(keyOf(sample), BODY)
    })
    yield await measure(patient, 'latency of reads', (sample) => store.get(keyOf(sample % written.size)))
  } finally {
    await removeProbes(patient, written)
  }
}

const measure = (
  { monotonicMs, options: { timeoutMs } }: Patient,
  check: string,
  request: (sample: number) => Promise<unknown>,
): Promise<Finding> =>
  examine(
    async () => {
      // The first one connects, and may sign.
      await request(0)
      const startedAt = monotonicMs()
      const times: number[] = []
      for (let sample = 1; sample <= SAMPLES; sample++) {
        const sentAt = monotonicMs()
        if (sample > LEAST_SAMPLES && sentAt - startedAt > SAMPLING_MS) break
        await request(sample)
        times.push(monotonicMs() - sentAt)
      }
      return judgeLatency(check, times, timeoutMs)
    },
    (error) => unknown(check, `could not be measured: ${messageOf(error)}`),
  )

/** @param timesMs At least one. */
export function judgeLatency(check: string, timesMs: readonly number[], timeoutMs: number): Finding {
  const [half, most, nearlyAll] = [50, 90, 99].map((percent) => percentile(timesMs, percent)) as [
    number,
    number,
    number,
  ]
  const [p50, p90, p99] = [half, most, nearlyAll].map((ms) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`)
  const says = `p50 ${p50}, p90 ${p90}, p99 ${p99} of ${timesMs.length}`
  if (nearlyAll > timeoutMs) {
    return warning(
      check,
      `${says}: some take longer than "timeoutMs" (CACHE_TIMEOUT_MS) of ${timeoutMs} ms, and are given up`,
      'run the app in the region of the bucket, or raise it',
    )
  }
  return half > SLOW_MS ? warning(check, says, 'run the app in the region of the bucket') : ok(check, says)
}

/** The value that so many percent do not exceed, by nearest rank. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN
}
