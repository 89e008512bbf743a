import { AsyncLocalStorage } from 'node:async_hooks'

/** What this instance knows about the request it is answering. */
export interface Serving {
  cached?: CachedPage
}

export interface CachedPage {
  /** Where the page was found: this instance's memory, its write queue, or the bucket. */
  readonly tier: string
  readonly ageMs: number
}

export const currentServing = new AsyncLocalStorage<Serving>()
