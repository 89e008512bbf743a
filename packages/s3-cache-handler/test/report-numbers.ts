import { TestRunner } from 'vitest'

/** What a test says of itself beyond that it passed: how many runs, schedules or rounds it made, from which seed. */
export type Numbers = Readonly<Record<string, number>>

declare module 'vitest' {
  interface TaskMeta {
    numbers?: Numbers
  }
}

/**
 * Puts numbers of the running test into vitest's JSON report, from where `pnpm test:full` takes them. Those that are
 * reported again are added up, but for `seed`.
 */
export function reportNumbers(numbers: Numbers): void {
  const test = TestRunner.getCurrentTest()
  if (test === undefined) throw new Error('Numbers are reported by a test that runs')
  const before = test.meta.numbers ?? {}
  const sums = Object.entries(numbers).map(([name, value]) => [
    name,
    isSeed(name) ? value : value + (before[name] ?? 0),
  ])
  test.meta.numbers = { ...before, ...Object.fromEntries(sums) }
}

const isSeed = (name: string): boolean => name === 'seed'
