import { expect, it } from 'vitest'
import { boundedSet } from './bounded-set.ts'

it('makes room for what is new, and needs none for what is there', () => {
  const map = new Map<string, number>()
  for (const key of ['a', 'b', 'c']) boundedSet(map, key, 1, 2)
  expect([...map.keys()]).toEqual(['b', 'c'])
  boundedSet(map, 'c', 2, 2)
  expect([...map]).toEqual([
    ['b', 1],
    ['c', 2],
  ])
})
