import type { CacheEvent, Emit } from '../cache-events.ts'
import type { CacheSizes } from '../gauges.ts'
import type { CacheStats } from './data-cache.ts'

type Counts = Omit<CacheStats, keyof CacheSizes>

/** Events of one cache, counted. */
export interface CountedEvents {
  readonly emit: Emit
  readonly counts: Counts
}

export function countEvents(emit: Emit): CountedEvents {
  const counts = { hits: 0, staleHits: 0, misses: 0, deduplicated: 0, sets: 0, deletes: 0, errors: 0 }
  return {
    emit: (event) => {
      for (const name of counted(event)) counts[name]++
      emit(event)
    },
    counts,
  }
}

function counted(event: CacheEvent): (keyof Counts)[] {
  switch (event.name) {
    case 'hit':
      return event.freshness === 'fresh' ? ['hits'] : ['hits', 'staleHits']
    case 'miss':
      return event.reason === 'failed' ? ['misses', 'errors'] : ['misses']
    case 'deduplicated':
      return ['deduplicated']
    case 'set':
      return ['sets']
    case 'deleted':
      return ['deletes']
    case 'not-stored':
    case 'remake-failed':
      return ['errors']
    default:
      return []
  }
}
