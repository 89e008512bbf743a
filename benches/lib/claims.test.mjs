import { expect, it } from 'vitest'
import { isMet } from './claims.mjs'

it('holds a value to the bounds that it has', () => {
  expect(isMet({ claim: 'a', value: 3, atLeast: 3 })).toBe(true)
  expect(isMet({ claim: 'a', value: 2.99, atLeast: 3 })).toBe(false)
  expect(isMet({ claim: 'a', value: 0.35, atMost: 0.35 })).toBe(true)
  expect(isMet({ claim: 'a', value: 0.36, atMost: 0.35 })).toBe(false)
  expect(isMet({ claim: 'a', value: 5, atLeast: 1, atMost: 4 })).toBe(false)
})

it('takes what was not measured for missed', () => {
  expect(isMet({ claim: 'a', value: NaN, atLeast: 0 })).toBe(false)
  expect(isMet({ claim: 'a', value: undefined, atMost: 1 })).toBe(false)
})

it('refuses a claim that nothing can miss', () => {
  expect(() => isMet({ claim: 'fast', value: 1 })).toThrow('"fast"')
})
