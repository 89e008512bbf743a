import type { FateRule, Invalidation, Plan, Settings, TimedAction } from './plan.ts'

/**
 * For schedules written by hand: what a rule is there for, as small as it can be, where chance would need thousands of
 * schedules to come upon it. i0 to i2 are the instances; a request takes 5 ms each way unless a fate says otherwise.
 */
const SETTINGS: Settings = {
  instances: 3,
  tagRefreshMs: 1000,
  timeoutMs: 500,
  maxEntryAgeMs: 365 * 24 * 60 * 60 * 1000,
  memoryMaxBytes: 2 ** 20,
  pageSize: 1000,
  listsInOrder: true,
  latencyMs: [5, 5],
  renderMs: [5, 5],
  failing: 0,
  repeated: 0,
  silent: 0,
  late: 0,
  failedRenders: 0,
  skewMs: 0,
  limitsRings: false,
  history: [],
}

/** Faults end a second after the last action. */
export const plan = (actions: readonly TimedAction[], settings: Partial<Settings> = {}): Plan => ({
  settings: { ...SETTINGS, ...settings },
  actions,
  quietAtMs: Math.max(...actions.map(({ at }) => at)) + 1000,
})

export const request = (at: number, instance: number, page: 'A' | 'B' | 'N' | 'P' | 'F' | 'C'): TimedAction => ({
  at,
  kind: 'request',
  instance,
  page,
})

export const invalidate = (
  at: number,
  instance: number,
  tag: Invalidation['tag'],
  expireSeconds?: number,
): { readonly at: number; readonly kind: 'invalidate'; readonly instance: number } & Invalidation => ({
  at,
  kind: 'invalidate',
  instance,
  tag,
  ...(expireSeconds !== undefined && { expireSeconds }),
})

/** The fate of requests that take so long to the store, and back. */
export const slow = (
  rule: Omit<FateRule, 'fate' | 'from'> & { from?: number },
  toStoreMs: number,
  backMs = 5,
): FateRule => ({
  from: 0,
  ...rule,
  fate: { kind: 'served', toStoreMs, backMs },
})

/** The fate of requests that the store refuses. */
export const failing = (rule: Omit<FateRule, 'fate' | 'from'> & { from?: number }): FateRule => ({
  from: 0,
  ...rule,
  fate: { kind: 'failed', afterMs: 10, isApplied: false },
})
