import type { OpenCache } from '../open-cache.ts'
import type { Session } from './form-token.ts'

/** What the explorer needs of a cache. */
export type ExploredCache = Pick<
  OpenCache,
  'cache' | 'store' | 'layout' | 'bucket' | 'isShared' | 'gauges' | 'emit' | 'logger'
>

/** What a view is given. */
export interface Visit {
  readonly open: ExploredCache
  readonly params: URLSearchParams
  readonly session: Session
  /** By the store's clock, in ms since the Unix epoch. */
  readonly now: number
}
