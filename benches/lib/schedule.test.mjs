import { expect, it } from 'vitest'
import { momentsOf, nowMs, onSchedule } from './schedule.mjs'

it('begins what is due while the work before it still runs', async () => {
  const startAt = nowMs()
  // None ends before the last has begun.
  let end
  const lastBegun = new Promise((resolve) => (end = resolve))
  const done = await onSchedule(momentsOf({ startAt, forMs: 100, everyMs: 25 }), (number) => {
    if (number === 3) end()
    return lastBegun
  })
  expect(done.map(({ scheduledAt }) => scheduledAt - startAt)).toEqual([0, 25, 50, 75])
})

it('counts from when the work was due, also when it begins late', async () => {
  const [{ scheduledAt, endedAt }] = await onSchedule([nowMs() - 500], async () => {})
  expect(endedAt - scheduledAt).toBeGreaterThanOrEqual(500)
})

it('ends before a moment that is no longer of the time', () => {
  expect(momentsOf({ startAt: 0, forMs: 1000, everyMs: 400 })).toEqual([0, 400, 800])
})
