import type { Serving } from './serving.ts'

export interface Answer extends Serving {
  readonly instance: string
  /** Next's own verdict, the response's `x-nextjs-cache`: HIT, STALE, MISS; absent where nothing is cached. */
  readonly cache: string | undefined
}

/** `instance;desc="A", cache;desc="HIT", tier;desc="memory", age;dur=12000` */
export function serverTiming({ instance, cache, cached }: Answer): string {
  const metrics = [`instance;desc=${quoted(instance)}`, `cache;desc=${quoted(cache ?? 'dynamic')}`]
  if (cached !== undefined && (cache === 'HIT' || cache === 'STALE')) {
    metrics.push(`tier;desc=${quoted(cached.tier)}`, `age;dur=${Math.max(0, Math.round(cached.ageMs))}`)
  }
  return metrics.join(', ')
}

const quoted = (value: string) => `"${value.replaceAll(/[^\w.:-]/g, '_')}"`
