/**
 * The planted bugs of `mutants.ts`: the simulation must catch each, or it would not tell if one were real. One of them,
 * with the schedule that catches it told line by line:
 *
 *     SIMULATION_MUTANT='pruning by dropping' node_modules/.bin/vitest run packages/…/test/simulation/mutants.test.ts
 */
import { beforeAll, expect, test } from 'vitest'
import { reportNumbers } from '../report-numbers.ts'
import { DIRECTED_PLANS } from './directed-plans.ts'
import { Build } from './modules.ts'
import type { Mutant } from './mutant.ts'
import { MUTANTS } from './mutants.ts'
import { Random } from './random.ts'
import { simulate, simulateSeed } from './simulate.ts'
import { print } from './totals.ts'

/** In so many random schedules a bug must show, unless one is written for it. */
const MOST_SCHEDULES = 200
const ONE_MUTANT = process.env['SIMULATION_MUTANT']

let build: Build

beforeAll(async () => {
  build = await Build.make()
  return () => build.remove()
}, 60_000)

test('catches every planted bug', { timeout: 300_000 }, async () => {
  const missed: string[] = []
  for (const mutant of MUTANTS) {
    if (ONE_MUTANT !== undefined && mutant.name !== ONE_MUTANT) continue
    const how = await tryOut(build, mutant).catch((error: unknown) => String(error))
    print([`${mutant.name}: ${how}`])
    if (!how.startsWith('caught')) missed.push(`${mutant.name}: ${how}`)
  }
  reportNumbers({ mutants: MUTANTS.length, missed: missed.length })
  expect(missed).toEqual([])
})

/** In how many schedules it was caught, if it was. */
async function tryOut(build: Build, mutant: Mutant): Promise<string> {
  const { plan, focus } = mutant
  const modules = await build.loadMutant(mutant)
  const directed = plan === undefined ? undefined : DIRECTED_PLANS[plan]
  if (plan !== undefined && directed === undefined) throw new Error(`There is no schedule "${plan}"`)
  for (let seed = 1; seed <= MOST_SCHEDULES; seed++) {
    const options = { isTraced: ONE_MUTANT !== undefined, random: new Random(seed) }
    const { violation, isDefect, trace } = await (directed === undefined
      ? simulateSeed(modules, seed, { ...options, focus })
      : simulate(modules, directed, options))
    if (violation === undefined) continue
    print(trace)
    // What throws is no mutant of a rule, and would be caught by any test.
    if (isDefect) return `broken: ${violation}`
    return `caught in ${seed} of ${directed === undefined ? `"${focus ?? 'all'}"` : `"${plan}"`}`
  }
  return `not caught in ${MOST_SCHEDULES}`
}
