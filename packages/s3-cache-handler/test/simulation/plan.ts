import type { ObjectOperation } from '../../src/lib/object-store/object-store.ts'
import type { PageName, TagName } from './pages.ts'

/** What happens in a schedule, and in which world: plain data, drawn by a seed or written by hand. */
export interface Plan {
  readonly settings: Settings
  readonly actions: readonly TimedAction[]
  /** When faults end, in ms; some time later every page is asked for on every instance. */
  readonly quietAtMs: number
}

export interface Settings {
  readonly instances: number
  readonly tagRefreshMs: number
  /** Longest wait for one operation of the store. */
  readonly timeoutMs: number
  readonly maxEntryAgeMs: number
  readonly memoryMaxBytes: number
  /** Longest page of a listing. */
  readonly pageSize: number
  /** All stores do but S3 Express. */
  readonly listsInOrder: boolean
  /** One way, between an instance and the store. */
  readonly latencyMs: readonly [from: number, to: number]
  readonly renderMs: readonly [from: number, to: number]
  /** Shares of all requests to the store. */
  readonly failing: number
  readonly repeated: number
  /** Share of failures that are silence, and of those, which land when the caller has long given up. */
  readonly silent: number
  readonly late: number
  /** Share of renders of stale pages that fail. */
  readonly failedRenders: number
  /** How far wall clocks are off, at most. */
  readonly skewMs: number
  /** How far off each instance's is, where that is not left to chance. */
  readonly clockOffsetsMs?: readonly number[]
  /** The store takes one ring a second, as R2. */
  readonly limitsRings: boolean
  /** Log objects of earlier days, by generation. */
  readonly history: readonly number[]
  /** Fates of single requests, which otherwise chance decides. */
  readonly fates?: readonly FateRule[]
}

export interface Request {
  readonly page: PageName
  /** By then nothing but a fresh page will do. */
  readonly mustBeFresh?: boolean
}

export interface Invalidation {
  readonly tag: TagName
  /** Absent: gone now. */
  readonly expireSeconds?: number
  /** By then none may be given up. */
  readonly mustBeAcknowledged?: boolean
}

export type Action =
  | ({ readonly kind: 'request'; readonly instance: number } & Request)
  | ({ readonly kind: 'invalidate'; readonly instance: number } & Invalidation)
  | { readonly kind: 'on-demand'; readonly instance: number }
  | { readonly kind: 'clear'; readonly instance: number }
  | { readonly kind: 'crash'; readonly instance: number; readonly downMs: number }
  | { readonly kind: 'freeze'; readonly instance: number; readonly ms: number; readonly standsStill: boolean }
  | { readonly kind: 'step-clock'; readonly instance: number; readonly ms: number }
  /** The instance cannot reach the store. */
  | { readonly kind: 'outage'; readonly instance: number; readonly ms: number }
  | { readonly kind: 'delete-bell' }
  /** An object that no release can read lies in the log. */
  | { readonly kind: 'corrupt-log' }
  /** Whatever lies in the log can be read no more. */
  | { readonly kind: 'damage-log' }

export type TimedAction = Action & { readonly at: number }

/** What becomes of one request to the store. */
export type Fate =
  | { readonly kind: 'served'; readonly toStoreMs: number; readonly backMs: number; readonly repeatedAfterMs?: number }
  /** Fails after `afterMs`; applied or not. */
  | { readonly kind: 'failed'; readonly afterMs: number; readonly isApplied: boolean }
  /** Never answered: applied after so long, or never. */
  | { readonly kind: 'silent'; readonly appliedAfterMs?: number }

export interface FateRule {
  readonly instance: number
  readonly operation: ObjectOperation
  /** What the key contains. */
  readonly key: string
  /** Ms since the beginning. */
  readonly from: number
  /** How many requests it is the fate of. @default 1 */
  readonly times?: number
  readonly fate: Fate
}
