import type { Emit } from '../cache-events.ts'
import type { StoreClock } from '../store-clock.ts'
import { intercept } from './intercept.ts'
import type { ObjectStore, StoreTime } from './object-store.ts'

/** A clock that is off by more is reported, long before S3 refuses what it signs, at 15 minutes. */
export const MAX_SKEW_MS = 60_000

/** Lets `clock` learn the store's time from whatever tells it. */
export function withClock(
  store: ObjectStore,
  { clock, monotonicMs, emit }: { clock: StoreClock; monotonicMs: () => number; emit: Emit },
): ObjectStore {
  return intercept(store, async ({ signal }, run) => {
    const sentMs = monotonicMs()
    const result = await run(signal)
    const { date } = (result ?? {}) as StoreTime
    if (date === undefined) return result
    clock.observe(date, sentMs, monotonicMs())
    if (Math.abs(clock.skewMs) > MAX_SKEW_MS) emit({ name: 'clock-skewed', skewMs: clock.skewMs })
    return result
  })
}
