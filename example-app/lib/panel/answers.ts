import { createStore } from './store.ts'
import type { View } from './view.ts'

/** One answer of the server to this browser, as its `Server-Timing` header describes it. */
export interface Answer {
  readonly pathname: string
  readonly instance: string
  /** HIT, STALE, MISS, dynamic, action; or browser, when it never left this computer. */
  readonly cache: string
  readonly tier: string | undefined
  /** Age of the page when the answer left the server; `undefined` where the server did not say. */
  readonly ageMs: number | undefined
  /** In milliseconds of `performance.now()`. */
  readonly arrivedAt: number
}

/** More than a long visit needs; every prefetch adds one. */
const MAX_KEPT = 300

/** Newest last. */
export const answers = createStore<readonly Answer[]>([])

/** Collects the answers to the document and to the router's own fetches; returns what ends it. */
export function collectAnswers(): () => void {
  add(performance.getEntriesByType('navigation'))
  const observer = new PerformanceObserver((entries) => add(entries.getEntries()))
  observer.observe({ type: 'resource', buffered: true })
  return () => observer.disconnect()
}

/**
 * The answer that brought the view: the last one for its path that had begun to arrive when it appeared. A server action
 * always changes the view, while an answer that came after it may be a link's prefetch.
 */
export function answerFor(all: readonly Answer[], view: View): Answer | undefined {
  const candidates = all.filter(({ pathname, arrivedAt }) => pathname === view.pathname && arrivedAt <= view.shownAt)
  const action = candidates.findLast(({ cache, arrivedAt }) => cache === 'action' && arrivedAt > view.previousShownAt)
  return action ?? candidates.at(-1)
}

/**
 * The page that a URL answers for: a document's own path, the path inside a router fetch, or the one that a server action
 * was sent to; otherwise `undefined`.
 */
function pageOf(entry: PerformanceEntry): string | undefined {
  const { pathname, searchParams } = new URL(entry.name)
  if (entry.entryType === 'navigation' || searchParams.has('_rsc') || isAction(entry, pathname)) return pathname
  const dataPath = /^\/_next\/data\/[^/]+(\/.*)\.json$/.exec(pathname)?.[1]
  return dataPath === '/index' ? '/' : dataPath
}

/** An action is posted to the page itself, where nothing else is fetched. */
const isAction = (entry: PerformanceEntry, pathname: string): boolean =>
  entry instanceof PerformanceResourceTiming && entry.initiatorType === 'fetch' && !/^\/(?:api|_next)\//.test(pathname)

function add(entries: PerformanceEntryList): void {
  const added = entries.flatMap((entry) => {
    const pathname = pageOf(entry)
    return entry instanceof PerformanceResourceTiming && pathname !== undefined ? (toAnswer(entry, pathname) ?? []) : []
  })
  if (added.length > 0) answers.set([...answers.get(), ...added].slice(-MAX_KEPT))
}

function toAnswer(
  { serverTiming, responseStart, transferSize }: PerformanceResourceTiming,
  pathname: string,
): Answer | undefined {
  // Browsers keep `Server-Timing` from pages that were not loaded from localhost or over https.
  const metrics = new Map(serverTiming.map((metric) => [metric.name, metric]))
  const instance = metrics.get('instance')?.description
  const cache = metrics.get('cache')?.description
  if (instance === undefined || cache === undefined) return undefined
  const common = { pathname, instance, arrivedAt: responseStart }
  // An answer out of the browser's own cache repeats the headers of an earlier time.
  if (transferSize === 0) return { ...common, cache: 'browser', tier: undefined, ageMs: undefined }
  return { ...common, cache, tier: metrics.get('tier')?.description, ageMs: metrics.get('age')?.duration }
}
