import { expect, it } from 'vitest'
import { formatMoment, isoTime } from './format.ts'

it('tells moments, and of what is none that it is none', () => {
  expect([1000, 61_000, Infinity].map((at) => formatMoment(at, 31_000))).toEqual(['30s ago', 'in 30s', 'never'])
  // As an entry may have it that nobody of ours has written.
  for (const at of [NaN, -Infinity, null as unknown as number]) {
    expect([formatMoment(at, 0), isoTime(at)]).toEqual(['at an unknown time', null])
  }
  expect([0, 8.64e15, 8.64e15 + 1, Infinity, undefined].map(isoTime)).toEqual([
    '1970-01-01T00:00:00.000Z',
    '+275760-09-13T00:00:00.000Z',
    null,
    null,
    null,
  ])
})
