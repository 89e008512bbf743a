import type { Runtime } from './runtime.ts'

/**
 * What `work` comes to, or `late` once that takes longer than `timeoutMs`. No timer outlives it: until its end one would keep
 * alive whatever waited, and with it the request that it belongs to.
 */
export async function within<T, L>(
  { runtime, timeoutMs, late }: { runtime: Pick<Runtime, 'sleep'>; timeoutMs: number; late: L },
  work: Promise<T>,
): Promise<T | L> {
  const over = new AbortController()
  const tooLong = runtime.sleep(timeoutMs, over.signal).then(() => late)
  try {
    return await Promise.race([work, tooLong])
  } finally {
    over.abort()
  }
}
