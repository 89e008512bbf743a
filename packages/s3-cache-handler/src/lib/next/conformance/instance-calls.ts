import type { Durations } from '../announce.ts'
import type { NextValue } from '../next-values.ts'

/** What Next asks a handler for: an entry, with what its context says. */
export interface Target {
  readonly kind: 'APP_PAGE' | 'APP_ROUTE' | 'PAGES' | 'IMAGE' | 'FETCH'
  /** A path; of FETCH and IMAGE, a hash. */
  readonly key: string
  /** Of a page: that the rest of it is rendered at each request. @default false */
  readonly isPartial?: boolean
  /** Of FETCH: a response carries its tags in a header. */
  readonly tags?: readonly string[]
  /** Of FETCH: the tags of the path that reads. */
  readonly softTags?: readonly string[]
  /** In seconds. @default false, for ever */
  readonly revalidate?: number | false
  /** In seconds. */
  readonly expire?: number
}

/** Of `use cache`. */
export interface UseCacheTarget {
  readonly key: string
  readonly softTags?: readonly string[]
}

/** What a function with `use cache` has made. */
export interface UseCacheValue {
  readonly chunks: readonly Uint8Array[]
  readonly tags?: readonly string[]
  /** In seconds. @default 4294967294, Next's "never" */
  readonly revalidate?: number
  /** In seconds. @default 4294967294 */
  readonly expire?: number
  /** How long its making takes. @default 0 */
  readonly makingMs?: number
  /** That it fails: before there is a stream, or after the chunks. */
  readonly fails?: 'at-once' | 'half-way'
}

/**
 * What Next makes of a handler's answer: served as it is; served, and made anew meanwhile; made anew before anything is
 * served.
 */
export type Verdict = 'fresh' | 'stale' | 'gone'

export interface Found {
  readonly verdict: Verdict
  /** Undefined where nothing is served. */
  readonly value: NextValue | undefined
}

export interface UseCacheFound {
  readonly verdict: Verdict
  readonly body?: Buffer
  readonly tags?: readonly string[]
}

/** What an instance, a process of its own, can be asked for. `request` names one request of a visitor to it. */
export interface InstanceCalls {
  get(request: number, target: Target): Promise<Found>
  /** As `get`; then everything in the answer but bytes is overwritten in place. */
  getAndSpoil(request: number, target: Target): Promise<Found>
  set(request: number, target: Target, value: NextValue): Promise<void>
  /** Sets the very value again that the `get` of this request gave, as Next does after a render that failed. */
  setAgain(request: number, target: Target): Promise<void>
  getUseCache(target: UseCacheTarget): Promise<UseCacheFound>
  /** Three readers, of whom one stops at once; the bodies that the two others get, one after the other. */
  getUseCacheTwice(target: UseCacheTarget): Promise<UseCacheFound>
  setUseCache(target: UseCacheTarget, value: UseCacheValue): Promise<void>
  /** `updateTag` without durations, else `revalidateTag`; all handlers are told, as Next does it. */
  invalidate(tags: readonly string[], durations?: Durations): Promise<void>
  /** What `get` uses of what Next forbids in a prerender: clocks, random values, `fetch`. */
  usedInPrerender(target: Target): Promise<readonly string[]>
  usedInPrerenderOfUseCache(target: UseCacheTarget): Promise<readonly string[]>
}

export interface CallMessage {
  readonly id: number
  readonly call: keyof InstanceCalls
  readonly args: readonly unknown[]
}

export type AnswerMessage =
  | { readonly id: number; readonly kind: 'value'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'error'; readonly error: string }
