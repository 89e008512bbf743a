import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from '@playwright/test'
import type { Instance } from './stage.ts'
import type { Visit } from './visit.ts'

/** A check of the bell and, after a ring, the listing and reading that follow, on the loopback interface. */
export const ROUND_TRIP_MS = 100
/** So much may an answer take on a machine that is busy with other things. */
const NOISE_MS = 2000

export interface Following {
  readonly path: string
  /** What was served before. */
  readonly old: Visit
  /** By `performance.now()`. */
  readonly acknowledgedAt: number
  readonly tagRefreshMs: number
  readonly init?: RequestInit
}

/**
 * Asks an instance again and again until it has something newer than `old`, and judges all answers: none that began
 * later than the bound after the acknowledgment may be the old one. That holds on any machine, however slow; only the
 * time of the first new answer has an allowance for noise.
 */
export async function expectFollows(instance: Instance, following: Following): Promise<Visit> {
  const { path, old, acknowledgedAt, tagRefreshMs, init } = following
  const bound = acknowledgedAt + tagRefreshMs + ROUND_TRIP_MS
  const newBy = Math.max(bound, performance.now()) + NOISE_MS
  for (;;) {
    const startedAt = performance.now()
    const answer = await instance.visit(path, { signal: AbortSignal.timeout(5000), ...init })
    expect(answer.status).toBe(old.status)
    if (isNewer(answer, old)) {
      expect(performance.now(), `${path} is new on ${instance.name}`).toBeLessThan(newBy)
      return answer
    }
    const late = Math.round(startedAt - bound)
    expect(late, `${path} on ${instance.name} is still ${answer.cache}, so late in ms`).toBeLessThanOrEqual(0)
    await sleep(20)
  }
}

/** Rendered later, and from data that are newer where it has any. */
export function isNewer(answer: Visit, old: Visit): boolean {
  return (answer.hits ?? 0) > (old.hits ?? 0) && (old.data === undefined || (answer.data ?? 0) > old.data)
}
