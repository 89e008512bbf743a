import { createStore } from './store.ts'

/** What the reader has before their eyes. */
export interface View {
  readonly pathname: string
  /** When the server rendered it, ISO 8601; `undefined` where it could not. */
  readonly renderedAt: string | undefined
  /** When it appeared in this browser, in milliseconds of `performance.now()`. */
  readonly shownAt: number
  /** When the view before it appeared; 0 for the first. */
  readonly previousShownAt: number
}

export const currentView = createStore<View | undefined>(undefined)
