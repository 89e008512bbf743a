import type { Outcome } from './simulate.ts'
import type { Counts } from './world.ts'

/** What must have happened in a run that proves anything. */
const INTERESTING = [
  'acknowledged',
  'corrupt-log',
  'crash',
  'delete-bell',
  'event cleared',
  'event compacted',
  'event discarded',
  'event invalidation-failed',
  'event refresh-failed',
  'freeze',
  'invalidations given up',
  'late entries',
  'late log objects',
  'late rings',
  'miss invalidated',
  'on demand',
  'outage',
  'repeated requests',
  'retained values',
  'rings refused',
  'stale',
  'step-clock',
]

const JUDGED = 'answers judged'
const DEGRADED = 'answers of a degraded instance'

/** The sum of many outcomes. */
export class Totals {
  readonly violations: string[] = []
  readonly counts: Counts = {}

  add(seed: number, { violation, counts, trace }: Outcome): void {
    if (violation !== undefined) this.violations.push(`seed ${seed}: ${violation}`)
    for (const [name, count] of Object.entries(counts)) this.counts[name] = (this.counts[name] ?? 0) + count
    print(trace)
  }

  get judgedShare(): number {
    const { [JUDGED]: judged = 0, [DEGRADED]: degraded = 0 } = this.counts
    return judged / (judged + degraded)
  }

  /** What never happened. */
  missing(): string[] {
    return INTERESTING.filter((name) => (this.counts[name] ?? 0) === 0)
  }
}

export function printCounts(title: string, { counts, judgedShare, violations }: Totals): void {
  const lines = Object.entries(counts)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, count]) => `${String(count).padStart(9)}  ${name}`)
  print([
    `Simulation, ${title}: ${violations.length} violations, ${(judgedShare * 100).toFixed(1)} % of answers judged`,
    ...lines,
  ])
}

/** At once: a console of vitest's would say for each line where it comes from. */
export function print(lines: readonly string[]): void {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`)
}
