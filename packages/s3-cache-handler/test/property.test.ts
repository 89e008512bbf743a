import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { runs, SEED } from './property.ts'
import { reportNumbers } from './report-numbers.ts'

describe('runs', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  const tried = (small: number): number => {
    let times = 0
    fc.assert(
      fc.property(fc.nat(), () => void times++),
      runs(small),
    )
    return times
  }

  it('tries a property as often as its test says', () => {
    vi.stubEnv('PROPERTY_RUNS', undefined)
    expect(tried(7)).toBe(7)
  })

  it('tries it more often where PROPERTY_RUNS says so, and never less', () => {
    vi.stubEnv('PROPERTY_RUNS', '20')
    expect(tried(7)).toBe(20)
    expect(tried(30)).toBe(30)
  })

  it('refuses a PROPERTY_RUNS that is no number', () => {
    vi.stubEnv('PROPERTY_RUNS', '5k')
    expect(() => runs(7)).toThrow('"PROPERTY_RUNS" must be a non-negative integer, got 5k')
  })

  it('tries the same values in each run', () => {
    const values = (): number[] => fc.sample<number>(fc.nat(), runs(20))
    expect(values()).toEqual(values())
  })

  it('puts into the report how often properties were tried, and after how many runs one failed', ({ task }) => {
    vi.stubEnv('PROPERTY_RUNS', undefined)
    tried(7)
    tried(8)
    const planted = fc.property(fc.nat(), (number) => number < 0)
    expect(fc.check(planted, runs(7)).failed).toBe(true)
    expect(task.meta.numbers).toEqual({ runs: 15, failedAfterRuns: 1, seed: SEED })
  })
})

describe('reportNumbers', () => {
  it('adds up what is reported again, but keeps the seed', ({ task }) => {
    reportNumbers({ schedules: 3, seed: 9 })
    reportNumbers({ schedules: 4, seed: 9 })
    expect(task.meta.numbers).toEqual({ schedules: 7, seed: 9 })
  })
})
