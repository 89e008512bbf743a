import { AsyncLocalStorage } from 'node:async_hooks'
import { outside } from './async-context.ts'
import { processWide } from './registry.ts'

/** Tells for whom a call is made, such as the trace of the request that makes it. */
export type CaptureCause = () => unknown

interface Causes {
  readonly storage: AsyncLocalStorage<unknown>
  readonly captures: CaptureCause[]
}

/** Next may load the package more than once, and whoever traces only one of them. */
const causes = processWide<Causes>('causes', () => ({ storage: new AsyncLocalStorage(), captures: [] }))

/**
 * From now on requests to the store know the cause of the call that leads to them. Returns what ends it.
 * @param capture Is called where the cache is called, in the caller's async context.
 */
export function captureCauses(capture: CaptureCause): () => void {
  const { captures } = causes
  captures.push(capture)
  return () => {
    const index = captures.indexOf(capture)
    if (index >= 0) captures.splice(index, 1)
  }
}

/** As {@link outside}, which loses whose call it is, but for {@link currentCause}. */
export function onBehalf<R>(fn: () => R): R {
  const capture = causes.captures[0]
  if (capture === undefined) return outside(fn)
  // A call within another is for the same.
  const cause = causes.storage.getStore() ?? capture()
  return outside(() => causes.storage.run(cause, fn))
}

/** For whom this is done; undefined where that is nobody, or everybody, or nobody wants to know. */
export const currentCause = (): unknown => causes.storage.getStore()

/** Runs `fn` for somebody else than who happens to run it, as a queue does, or for nobody. */
export const onBehalfOf = <R>(cause: unknown, fn: () => R): R =>
  causes.storage.getStore() === cause ? fn() : causes.storage.run(cause, fn)
