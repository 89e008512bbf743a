import fc from 'fast-check'
import { expect, it } from 'vitest'
import { judge } from '../freshness/freshness.ts'
import { createLocalTags } from './local-tags.ts'

const DAY_SECONDS = 24 * 60 * 60

it('gives stamps that never go back, also when the clock does', () => {
  let now = 100_000
  const tags = createLocalTags(() => now)
  const seen = tags.seen()
  now -= 50_000
  expect(tags.seen()).toBe(seen)
  tags.invalidate(['t'])
  expect(tags.stateOf('t').hardAt).toBeGreaterThan(seen)
  expect(tags.seen()).toBe(tags.stateOf('t').hardAt)
})

it('keeps few soft events, however often a tag is invalidated and for however long', () => {
  const expireSeconds = fc.constantFrom(5, 300, DAY_SECONDS, 365 * DAY_SECONDS)
  fc.assert(
    fc.property(expireSeconds, fc.integer({ min: 1, max: 60_000 }), (seconds, everyMs) => {
      let now = 1_700_000_000_000
      const tags = createLocalTags(() => now)
      for (let call = 0; call < 2000; call++) {
        now += everyMs
        tags.invalidate(['t'], seconds)
      }
      expect(tags.stateOf('t').soft.length).toBeLessThanOrEqual(33)
    }),
    { seed: 20_261_122, numRuns: 40 },
  )
})

it('takes an entry away no later than its deadline, and at most a sixteenth of the time before', () => {
  const seconds = fc.integer({ min: 1, max: 400 * DAY_SECONDS })
  fc.assert(
    fc.property(seconds, fc.nat(1_000_000_000), (expireSeconds, startMs) => {
      const start = 1_700_000_000_000 + startMs
      const tags = createLocalTags(() => start)
      tags.invalidate(['t'], expireSeconds)
      const entry = { kind: 'page', key: 'k', value: 1, lastModified: start, seen: start - 1, tags: ['t'] } as const
      const at = (now: number): string => judge(entry, { stateOf: (tag) => tags.stateOf(tag), now }).byTags
      expect(at(start + expireSeconds * 1000)).toBe('expired')
      expect(at(start + Math.floor((expireSeconds * 1000 * 15) / 16) - 1)).toBe('stale')
    }),
    { seed: 20_261_122, numRuns: 2000 },
  )
})

it('takes an expire of 0 for gone now', () => {
  const tags = createLocalTags(() => 1000)
  tags.invalidate(['t'], 0)
  expect(tags.stateOf('t')).toEqual({ hardAt: 1000, soft: [] })
})
