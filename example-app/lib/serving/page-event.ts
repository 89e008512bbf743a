import type { CachedPage } from './serving.ts'

/** The cache handler's events, of which only a look-up of a page or a route matters here; the rest is `'other'`. */
export function parsePageEvent(message: unknown): CachedPage | 'miss' | 'other' {
  if (typeof message !== 'object' || message === null) return 'other'
  const { name, kind, tier, ageMs } = message as Record<string, unknown>
  if (kind !== 'page') return 'other'
  if (name === 'miss') return 'miss'
  if (name !== 'hit' || typeof tier !== 'string' || typeof ageMs !== 'number') return 'other'
  return { tier, ageMs }
}
