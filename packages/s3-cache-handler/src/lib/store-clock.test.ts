import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { createManualRuntime, type ManualRuntime } from '../../test/manual-runtime.ts'
import { runs } from '../../test/property.ts'
import { fakeStore } from '../../test/fake-store.ts'
import type { CacheEvent } from './cache-events.ts'
import { withClock } from './object-store/store-time.ts'
import { StoreClock } from './store-clock.ts'

let runtime: ManualRuntime
let clock: StoreClock

beforeEach(() => {
  runtime = createManualRuntime()
  clock = new StoreClock(runtime)
})

/** An answer as of now, from a store whose clock is ahead of the wall clock that was there at the start. */
function answer(aheadMs: number, roundTripMs = 0): void {
  const now = runtime.monotonicMs()
  const storeNow = 1_700_000_000_000 - 5000 + now + aheadMs
  clock.observe(Math.floor(storeNow / 1000) * 1000, now - roundTripMs / 2, now + roundTripMs / 2)
}

it('is the wall clock until the store has answered, and as long as its answers agree with it', () => {
  expect(clock.now()).toBe(runtime.wallMs())
  answer(0)
  expect(clock.now()).toBe(runtime.wallMs())
})

it('is within a second of the store’s clock after one answer, and nearer after many, however wrong the wall clock is', async () => {
  runtime.setWall(runtime.wallMs() + 3_600_000)
  for (let count = 0; count < 20; count++) {
    answer(0, 20)
    const error = clock.now() - (1_700_000_000_000 - 5000 + runtime.monotonicMs())
    expect(Math.abs(error)).toBeLessThanOrEqual(count < 19 ? 1020 : 120)
    await runtime.pass(1110)
  }
})

it('does not move when the wall clock is set', () => {
  answer(0)
  const before = clock.now()
  runtime.setWall(runtime.wallMs() - 7_200_000)
  expect(clock.now()).toBe(before)
  expect(clock.skewMs).toBe(-7_200_000)
})

it('follows the store’s clock when that is set, or when the machine stood still', () => {
  answer(0)
  answer(60_000)
  expect(Math.abs(clock.now() - (runtime.wallMs() + 60_000))).toBeLessThanOrEqual(1000)
})

it('is always among what the last answer allows', () => {
  const answers = fc.array(fc.tuple(fc.integer({ min: -5000, max: 5000 }), fc.nat(2000)), { minLength: 1 })
  fc.assert(
    fc.property(answers, (all) => {
      clock = new StoreClock(runtime)
      for (const [aheadMs, roundTripMs] of all) {
        answer(aheadMs, roundTripMs)
        const real = 1_700_000_000_000 - 5000 + runtime.monotonicMs() + aheadMs
        expect(Math.abs(clock.now() - real)).toBeLessThanOrEqual(1001 + roundTripMs / 2)
      }
    }),
    runs(500),
  )
})

describe('a store with a clock', () => {
  it('lets it learn from every answer that tells the time, and reports a wall clock that is off by over a minute', async () => {
    const events: CacheEvent[] = []
    const dates = [1_700_000_060_000, 1_700_000_100_000]
    const inner = { ...fakeStore(), get: async () => ({ kind: 'absent', date: dates.shift() }) as const }
    const emit = (event: CacheEvent): void => void events.push(event)
    const store = withClock(inner, { clock, emit, monotonicMs: () => runtime.monotonicMs() })
    await store.get('k')
    expect(events).toEqual([])
    await store.get('k')
    expect(events).toEqual([{ name: 'clock-skewed', skewMs: expect.any(Number) }])
    expect(await store.get('k')).toMatchObject({ kind: 'absent' })
    await store.head('k')
  })
})
