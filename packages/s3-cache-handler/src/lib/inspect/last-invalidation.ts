import type { OpenCache } from '../open-cache.ts'
import { highestStamp } from '../tag-state.ts'
import { tagSubject } from '../tags/subjects.ts'

/** The last invalidation of a tag. */
export interface Invalidation {
  /** By the store's clock, in ms since the Unix epoch; a little later where many came at once. */
  readonly at: number
  /** `hard`: what was older is gone. `soft`: it is stale. */
  readonly kind: 'hard' | 'soft'
  /** Of a soft one: when what was older is gone, in ms since the Unix epoch; Infinity for never. */
  readonly deadline?: number | undefined
}

/** Undefined where nothing tells of one: they are remembered for a year. */
export function lastInvalidation({ cache }: Pick<OpenCache, 'cache'>, tag: string): Invalidation | undefined {
  const { stored } = cache.tags.about({ tags: [tag], addresses: [] })
  const state = stored.find(({ subject }) => subject === tagSubject(tag))?.state
  if (state === undefined) return undefined
  const at = highestStamp(state)
  if (at === state.hardAt) return { at, kind: 'hard' }
  return { at, kind: 'soft', deadline: state.soft.find((event) => event.at === at)?.deadline }
}
