import { expect, it } from 'vitest'
import { History, type Invalidation, type Read } from './history.ts'

const read = (instance: string, startedAt: number, count: number, key = 'a'): Read => ({
  instance,
  key,
  startedAt,
  endedAt: startedAt + 5,
  count,
})
const invalidation = (calledAt: number, count: number, acknowledgedAt: number | undefined): Invalidation => ({
  key: 'a',
  calledAt,
  count,
  acknowledgedAt,
})

function historyOf(reads: readonly Read[], invalidations: readonly Invalidation[]): History {
  const history = new History()
  history.reads.push(...reads)
  history.invalidations.push(...invalidations)
  return history
}

it('finds reads of what an acknowledged invalidation had replaced, later than the bound', () => {
  const old = read('B', 1121, 1)
  const inTime = [read('B', 1119, 1), read('B', 1121, 2), read('A', 1121, 1, 'b')]
  const history = historyOf([...inTime, old], [invalidation(100, 1, 120)])
  expect(history.violations(1000)).toEqual([{ read: old, invalidation: invalidation(100, 1, 120), lateMs: 1 }])
  expect(history.violations(1002)).toEqual([])
})

it('judges by every invalidation of the key, and by none that was not acknowledged', () => {
  const history = historyOf(
    [read('B', 5000, 2)],
    [invalidation(100, 1, 120), invalidation(200, 2, 220), invalidation(300, 9, undefined)],
  )
  expect(history.violations(1000).map(({ lateMs }) => lateMs)).toEqual([3780])
})

it('tells how long each instance took to answer something new, and how many never did', () => {
  const reads = [read('A', 110, 2), read('B', 300, 1), read('B', 500, 2), read('B', 600, 2), read('C', 50, 2)]
  const invalidations = [invalidation(100, 1, 120), invalidation(900, 2, 920), invalidation(950, 2, undefined)]
  expect(historyOf(reads, invalidations).delays()).toEqual({ delaysMs: [0, 385], missing: 4 })
})
