import { channel } from 'node:diagnostics_channel'
import { expect, it } from 'vitest'
import { type CacheEvent, EVENT_CHANNEL } from '../cache-events.ts'
import { Counts, History, KEPT_MINUTES, processHistory } from './history.ts'

const MINUTE = 60_000
const key = { kind: 'page', key: '/a' } as const
const hit = (freshness: 'fresh' | 'stale' | 'expired', durationMs = 1): CacheEvent => ({
  name: 'hit',
  ...key,
  tier: 'memory',
  freshness,
  ageMs: 0,
  durationMs,
})
const miss: CacheEvent = { name: 'miss', ...key, reason: 'absent', durationMs: 10 }
const request = (operation: 'GetObject' | 'PutObject', isFailure: boolean): CacheEvent => ({
  name: 'request',
  operation,
  bucket: 'b',
  objectKey: 'k',
  origin: 'http://s3.test',
  status: 403,
  storeCode: 'AccessDenied',
  isFailure,
  durationMs: 5,
})

const sumOf = (history: History): Counts => {
  const sum = new Counts()
  for (const { counts } of history.spans(24, 60)) sum.addAll(counts)
  return sum
}

it('counts what was served, and what was not, by the minute', () => {
  let now = 0
  const history = new History(() => now)
  history.record(hit('fresh'))
  history.record(hit('stale'))
  now = MINUTE
  history.record(miss)
  // What is past its time is not served, although it is there.
  history.record(hit('expired'))
  const [before, first, second] = history
    .spans(3, 1)
    .map(({ at, counts: { fresh, stale, missed } }) => [at, fresh, stale, missed])
  expect([before, first, second]).toEqual([
    [-MINUTE, 0, 0, 0],
    [0, 1, 1, 0],
    [MINUTE, 0, 0, 2],
  ])
  expect(history.spans(1, 2).map(({ counts: { fresh, missed } }) => [fresh, missed])).toEqual([[1, 2]])
})

it('counts how long it took to find out that what is there is past its time as that of a miss', () => {
  const history = new History(() => 0)
  history.record(hit('fresh', 1))
  history.record(hit('stale', 1))
  history.record(hit('expired', 100))
  history.record(miss)
  const { hitMs, missMs } = sumOf(history)
  expect([hitMs.total, missMs.total]).toEqual([2, 2])
  expect(hitMs.quantile(1)).toBeLessThan(10)
  expect(missMs.quantile(1)).toBeGreaterThanOrEqual(100)
})

it('counts requests by their operation, and which of them failed', () => {
  const history = new History(() => 0)
  for (const isFailure of [false, true, false]) history.record(request('GetObject', isFailure))
  history.record(request('PutObject', false))
  const { requests, requestMs } = sumOf(history)
  expect(Object.fromEntries(requests)).toEqual({
    GetObject: { sent: 3, answered: 3, failed: 1 },
    PutObject: { sent: 1, answered: 1, failed: 0 },
  })
  expect(requestMs.total).toBe(4)
})

it('keeps a day, and no more', () => {
  let now = 0
  const history = new History(() => now)
  for (let minute = 0; minute < 3 * KEPT_MINUTES; minute++) {
    now = minute * MINUTE
    history.record(hit('fresh'))
  }
  expect(sumOf(history).fresh).toBe(KEPT_MINUTES)
  expect(history.spans(3 * 24, 60).reduce((sum, { counts }) => sum + counts.fresh, 0)).toBe(KEPT_MINUTES)
})

it('is told what every cache of the process does, once', () => {
  const history = processHistory()
  expect(processHistory()).toBe(history)
  const before = sumOf(history).fresh
  channel(EVENT_CHANNEL).publish(hit('fresh'))
  expect(sumOf(history).fresh).toBe(before + 1)
})
