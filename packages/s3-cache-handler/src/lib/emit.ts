import { channel } from 'node:diagnostics_channel'
import { type CacheEvent, type Emit, EVENT_CHANNEL } from './cache-events.ts'
import { messageOf } from './errors.ts'
import type { EventLogger } from './logging/leveled-logger.ts'
import { OutageLog } from './logging/outage-log.ts'

/** What is called with events: ours, or a user's, which may throw, return a promise, or return one that rejects. */
export type Listener = (event: CacheEvent) => unknown

/**
 * Publishes to the channel and to `listeners`. A listener that fails breaks no page: it is told of, once a minute.
 * @param logger No user's own, which may be what fails.
 */
export function createEmit(listeners: readonly Listener[], logger: EventLogger): Emit {
  const events = channel(EVENT_CHANNEL)
  const failures = new OutageLog(logger)
  const failed = (error: unknown): void =>
    failures.failed('listener', `"onEvent" or "logger" threw: ${messageOf(error)}`)
  return (event) => {
    if (events.hasSubscribers) events.publish(event)
    for (const listener of listeners) {
      try {
        const result = listener(event)
        if (result instanceof Promise) result.catch(failed)
      } catch (error) {
        failed(error)
      }
    }
  }
}
