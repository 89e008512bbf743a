import { expect, it } from 'vitest'
import { median, quantile } from './measure.mjs'

it('finds the middle of values in any order, also between two', () => {
  expect(median([30, 10, 20])).toBe(20)
  expect(median([40, 10, 30, 20])).toBe(25)
  expect(median([7])).toBe(7)
  expect(median([])).toBeNaN()
})

it('finds the smallest value that so much of all does not exceed', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect([0, 0.01, 0.5, 0.99, 1].map((part) => quantile(values, part))).toEqual([1, 1, 50, 99, 100])
  expect(quantile([40, 10, 30, 20], 0.5)).toBe(20)
  expect(quantile([7], 0.99)).toBe(7)
  expect(quantile([], 0.5)).toBeNaN()
})

it('leaves the values in their order', () => {
  const values = Object.freeze([3, 1, 2])
  expect([median(values), quantile(values, 1)]).toEqual([2, 3])
})
