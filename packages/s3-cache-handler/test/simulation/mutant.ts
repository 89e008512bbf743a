import type { Focus } from './random-plan.ts'

/** A bug to plant: text of the package's sources, and what to put in its place. Each text must be there exactly once. */
export interface Mutant {
  readonly name: string
  readonly changes: readonly { readonly file: string; readonly from: string; readonly to: string }[]
  /** The schedule that is written for it. */
  readonly plan?: string
  /** Else: which random schedules to look in. @default all */
  readonly focus?: Focus
}

export const change = (file: string, from: string, to: string): Mutant['changes'][number] => ({ file, from, to })
