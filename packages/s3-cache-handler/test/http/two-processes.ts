import { createS3Cache, memoryStore, type CacheEvent, type S3Cache, type S3CacheOptions } from '../../src/cache.ts'

export interface Process {
  readonly cache: S3Cache
  /** What its cache told of, oldest first. */
  readonly events: CacheEvent[]
}

export interface TwoProcesses {
  readonly here: Process
  readonly there: Process
}

const silent = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} }

/**
 * One store as two processes have it: each with a memory, a view of the tags and work under way of its own. Both ask the
 * store each time, so that what they say is true now.
 */
export function twoProcesses(options: S3CacheOptions = {}): TwoProcesses {
  const store = options.store ?? memoryStore()
  const open = (): Process => {
    const events: CacheEvent[] = []
    const onEvent = (event: CacheEvent): void => void events.push(event)
    const common = { prefix: 'p/', memoryCheckMs: 0, tagRefreshMs: 0, logger: silent, ...options }
    // Another object for the same store: what a process shares is told apart by it.
    return { cache: createS3Cache({ ...common, store: { ...store }, onEvent }), events }
  }
  return { here: open(), there: open() }
}
