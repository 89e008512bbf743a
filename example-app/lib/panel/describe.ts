import type { Answer } from './answers.ts'

const MEANINGS: Readonly<Record<string, string>> = {
  HIT: 'from the cache, as it was',
  STALE: 'from the cache, being renewed behind you',
  MISS: 'rendered for you, then kept',
  REVALIDATED: 'rendered anew on request',
  action: 'rendered for you, in the answer to your action',
  browser: 'from your browser’s own cache',
  dynamic: 'rendered for every visit, never kept',
}

const NEW: ReadonlySet<string> = new Set(['MISS', 'dynamic', 'action'])

const TIERS: Readonly<Record<string, string>> = {
  memory: 'its memory',
  pending: 'its write queue',
  store: 'the bucket',
}

export const describeState = (cache: string): string => MEANINGS[cache] ?? 'as Next says'

export const describeTier = (tier: string): string => TIERS[tier] ?? tier

/** The page's age by now: what the server said, and the time since. */
export function describeAge(answer: Answer, now: number): string {
  if (NEW.has(answer.cache)) return 'new'
  if (answer.ageMs === undefined) return 'unknown'
  return duration(answer.ageMs + Math.max(0, now - answer.arrivedAt))
}

function duration(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
