import { messageOf } from '../errors.ts'
import { failure, type Finding, ok, unknown, warning } from './finding.ts'
import type { Patient } from './patient.ts'

/** S3 refuses what a clock signs that is off by 15 minutes. */
const REFUSED_MS = 15 * 60_000
/** From so much on instances log it. */
const SKEW_MS = 60_000
const SAMPLES = 40
/** Of a page without markup. */
const BODY = Buffer.alloc(16_384, 'x')
/** A bucket in the same region answers in a third of this. */
const SLOW_MS = 100

/** Once there were some answers: they tell the time. */
export function checkClock({ skewMs }: Pick<Patient, 'skewMs'>): Finding {
  const skew = skewMs()
  const says = `${(Math.abs(skew) / 1000).toFixed(1)} s ${skew > 0 ? 'ahead of' : 'behind'} the bucket's`
  const advice = "have the machine's clock set over the network"
  if (Math.abs(skew) >= REFUSED_MS) return failure('clock', `${says}: what it signs is refused at first`, advice)
  return Math.abs(skew) >= SKEW_MS ? warning('clock', says, advice) : ok('clock', says)
}

/** One request after the other, as the app makes them. */
export async function* checkLatency(patient: Patient): AsyncGenerator<Finding> {
  const { store, probeKey } = patient
  const key = `${probeKey}-latency`
  yield await measure(patient, 'latency of writes', () => store.put(key, BODY))
  yield await measure(patient, 'latency of reads', () => store.get(key))
  await store.delete(key).catch(() => {})
}

async function measure(
  { monotonicMs, options: { timeoutMs } }: Patient,
  check: string,
  request: () => Promise<unknown>,
): Promise<Finding> {
  try {
    // The first one connects, and may sign.
    await request()
    const times: number[] = []
    for (let sample = 0; sample < SAMPLES; sample++) {
      const startedAt = monotonicMs()
      await request()
      times.push(monotonicMs() - startedAt)
    }
    return judgeLatency(check, times, timeoutMs)
  } catch (error) {
    return unknown(check, `could not be measured: ${messageOf(error)}`)
  }
}

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
