import { expect, it } from 'vitest'
import { median, percentile } from './percentile.ts'

it('gives percentiles of numbers in any order', () => {
  const numbers = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect([median(numbers), percentile(numbers, 99), percentile(numbers, 100)]).toEqual([51, 100, 100])
  expect(percentile([], 50)).toBeNaN()
})
