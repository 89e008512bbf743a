import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Histogram } from './histogram.ts'

it('tells no less than was measured, and not half as much again', () => {
  const durations = fc.array(fc.double({ min: 0.02, max: 30_000, noNaN: true }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(durations, fc.constantFrom(0.5, 0.95, 1), (all, share) => {
      const histogram = new Histogram()
      for (const ms of all) histogram.add(ms)
      const exact = all.toSorted((one, other) => one - other)[Math.ceil(share * all.length) - 1] ?? NaN
      const told = histogram.quantile(share) ?? NaN
      expect(told).toBeGreaterThanOrEqual(exact * 0.999_999)
      expect(told).toBeLessThanOrEqual(exact * 1.415)
    }),
  )
})

it('takes whatever it is told, and says nothing of nothing', () => {
  const histogram = new Histogram()
  expect(histogram.quantile(0.5)).toBeUndefined()
  for (const ms of [0, -1, Infinity, NaN, 1e9]) histogram.add(ms)
  expect(histogram.total).toBe(5)
  expect(histogram.quantile(0.1)).toBeLessThan(1)
  expect(histogram.quantile(1)).toBeGreaterThan(40_000)
})

it('adds up', () => {
  const [one, other] = [new Histogram(), new Histogram()]
  one.add(1)
  other.add(100)
  one.addAll(other)
  expect([one.total, one.quantile(0.5)]).toEqual([2, expect.closeTo(1, 0)])
})
