import type fc from 'fast-check'
import { reportNumbers } from './report-numbers.ts'

/** Of every property, so that each run tries the same values and a failure can be repeated. */
export const SEED = 20_261_122

export interface Runs {
  readonly seed: number
  readonly numRuns: number
  readonly plugins: (typeof countRuns)[]
}

/**
 * How often a property is tried: `small` times in `pnpm test`, and `PROPERTY_RUNS` times where that is set, as
 * `pnpm test:full` does, if those are more. No property is spared for being slow: the slowest, which really waits, takes
 * six minutes then.
 * @example fc.assert(fc.property(fc.string(), (text) => …), runs(300))
 */
export function runs(small: number): Runs {
  return { seed: SEED, numRuns: Math.max(small, asked()), plugins: [countRuns] }
}

function asked(): number {
  const { PROPERTY_RUNS = '0' } = process.env
  const number = Number(PROPERTY_RUNS)
  if (Number.isInteger(number) && number >= 0) return number
  throw new TypeError(`"PROPERTY_RUNS" must be a non-negative integer, got ${PROPERTY_RUNS}`)
}

/** Reports how often the property really ran; for one that found a counterexample, as a planted bug has, after how many. */
const countRuns = <Values>(): fc.PluginInstance<Values> => ({
  onAllRunsComplete: ({ failed, numRuns, seed }) => {
    reportNumbers(failed ? { failedAfterRuns: numRuns, seed } : { runs: numRuns, seed })
  },
})
