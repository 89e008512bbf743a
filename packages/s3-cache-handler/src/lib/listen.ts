import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type CacheEvent, EVENT_CHANNEL } from './cache-events.ts'
import { messageOf } from './errors.ts'
import { createProcessOutageLog } from './logging/process-logger.ts'

/**
 * Calls `listener` with each event of every cache in this process, and returns what ends it.
 *
 * What a subscriber of a channel throws Node throws once more where nobody can catch it, which ends the process
 * (https://nodejs.org/api/diagnostics_channel.html#channelpublishmessage): of this one the log is told instead.
 */
export function listen(listener: (event: CacheEvent) => void): () => void {
  const guarded = (message: unknown): void => {
    try {
      listener(message as CacheEvent)
    } catch (error) {
      failures.failed('telemetry', `What was done could not be measured or traced: ${messageOf(error)}`)
    }
  }
  subscribe(EVENT_CHANNEL, guarded)
  return () => void unsubscribe(EVENT_CHANNEL, guarded)
}

const failures = createProcessOutageLog()
