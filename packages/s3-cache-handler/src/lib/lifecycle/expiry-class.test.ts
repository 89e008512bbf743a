import fc from 'fast-check'
import { expect, it } from 'vitest'
import { runs } from '../../../test/property.ts'
import { EXPIRY_CLASSES, expiryClassOf } from './expiry-class.ts'

const DAY_MS = 86_400_000

it('is the shortest that is not shorter than what is left', () => {
  expect(expiryClassOf(1, 0)).toBe(1)
  expect(expiryClassOf(-1, 0)).toBe(1)
  expect(expiryClassOf(DAY_MS, 0)).toBe(1)
  expect(expiryClassOf(DAY_MS + 1, 0)).toBe(2)
  expect(expiryClassOf(365 * DAY_MS, 0)).toBe(512)
  expect(expiryClassOf(512 * DAY_MS + 1, 0)).toBeUndefined()
  expect(expiryClassOf(Infinity, 0)).toBeUndefined()
})

it('is over when S3 may delete the object', () => {
  const left = fc.integer({ min: 1, max: 600 * DAY_MS })
  fc.assert(
    fc.property(left, fc.nat(), (leftMs, now) => {
      const days = expiryClassOf(now + leftMs, now)
      if (days === undefined) return leftMs > 512 * DAY_MS
      return EXPIRY_CLASSES.includes(days) && days * DAY_MS >= leftMs && (days === 1 || (days / 2) * DAY_MS < leftMs)
    }),
    runs(300),
  )
})
