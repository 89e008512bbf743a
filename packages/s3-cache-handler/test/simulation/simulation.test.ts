/**
 * A discrete-event simulation of the real modules: three instances over one simulated network and bucket, held against a
 * reference model. `SIMULATION_SCHEDULES=5000` runs so many schedules instead of 300, from `SIMULATION_FIRST_SEED`.
 *
 * To look into a violation, have one schedule told line by line, by its seed or, for one written by hand, by its name:
 *
 *     SIMULATION_SEED=1629 node_modules/.bin/vitest run packages/s3-cache-handler/test/simulation/simulation.test.ts
 *     SIMULATION_PLAN='a wall clock is set back' node_modules/.bin/vitest run packages/…/simulation.test.ts
 */
import { beforeAll, expect, test } from 'vitest'
import { reportNumbers } from '../report-numbers.ts'
import { DIRECTED_PLANS } from './directed-plans.ts'
import { Build, type Modules } from './modules.ts'
import { Random } from './random.ts'
import { simulate, simulateSeed } from './simulate.ts'
import { print, printCounts, Totals } from './totals.ts'

const SCHEDULES = Number(process.env['SIMULATION_SCHEDULES'] ?? 300)
const FIRST_SEED = Number(process.env['SIMULATION_FIRST_SEED'] ?? 1)
const ONE_SEED = process.env['SIMULATION_SEED']
const ONE_PLAN = process.env['SIMULATION_PLAN']
const LONGEST_MS = 60_000 + SCHEDULES * 1000
/** Of the answers: the others come from instances that the store does not answer, which the bound is not about. */
const LEAST_JUDGED = 0.7

let modules: Modules

beforeAll(async () => {
  const build = await Build.make()
  modules = await build.loadReal()
  return () => build.remove()
}, 60_000)

test('serves nothing that an invalidation forbids, in random schedules', { timeout: LONGEST_MS }, async () => {
  const seeds =
    ONE_SEED === undefined ? Array.from({ length: SCHEDULES }, (_, index) => FIRST_SEED + index) : [Number(ONE_SEED)]
  const totals = new Totals()
  for (const seed of seeds) totals.add(seed, await simulateSeed(modules, seed, { isTraced: ONE_SEED !== undefined }))
  reportNumbers({ schedules: seeds.length, violations: totals.violations.length, seed: FIRST_SEED })
  printCounts(`seeds ${seeds[0]} to ${seeds.at(-1)}`, totals)
  expect(totals.violations).toEqual([])
  if (ONE_SEED !== undefined) return
  expect(totals.judgedShare).toBeGreaterThan(LEAST_JUDGED)
  expect(totals.missing()).toEqual([])
})

test(
  'serves nothing that an invalidation forbids, in schedules written for one rule each',
  { timeout: LONGEST_MS },
  async () => {
    const violations: string[] = []
    let schedules = 0
    for (const [name, plan] of Object.entries(DIRECTED_PLANS)) {
      if (ONE_PLAN !== undefined && name !== ONE_PLAN) continue
      // Chance has little to say in these: names of log objects, and when they are merged.
      for (let seed = 1; seed <= 10; seed++) {
        const random = new Random(seed)
        const { violation, trace } = await simulate(modules, plan, { isTraced: ONE_PLAN !== undefined, random })
        if (seed === 1 || violation !== undefined) print(trace)
        schedules++
        if (violation !== undefined) violations.push(`${name} (${seed}): ${violation}`)
      }
    }
    reportNumbers({ schedules, violations: violations.length })
    expect(violations).toEqual([])
    expect(schedules).toBeGreaterThan(0)
  },
)

test('runs the same schedule for the same seed', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const first = await simulateSeed(modules, seed, { isTraced: true })
    const second = await simulateSeed(modules, seed, { isTraced: true })
    expect(second).toEqual(first)
  }
})
