import type { CacheEvent, Emit } from '../cache-events.ts'
import { ObjectStoreError } from '../object-store/object-store-error.ts'
import type { Logger, LogLevel } from '../options/options.ts'
import { OutageLog } from './outage-log.ts'

/** The subscriber that turns events into lines for people. */
export function createEventLog(logger: Logger, level: LogLevel): Emit {
  const outages = new OutageLog(logger)
  return (event) => {
    if (level === 'debug') logger.debug(describe(event))
    switch (event.name) {
      case 'store-failed':
        return outages.failed(`The object store's ${event.operation}`, event.error.message)
      case 'store-recovered':
        return outages.recovered(`The object store's ${event.operation}`)
      case 'corrupt':
        return outages.failed('Reading entries', `Entry "${event.objectKey}" cannot be read: ${event.reason}`)
      case 'not-stored':
        // What the store itself refused is told by `store-failed`.
        if (event.error instanceof ObjectStoreError) return
        return outages.failed('Storing entries', `Entry "${event.key}" is not stored: ${event.error.message}`)
      case 'failed':
        return outages.failed(
          `The handler's ${event.call}`,
          `${event.call} "${event.key}" failed: ${event.error.message}`,
        )
      case 'misconfigured':
        return outages.failed(
          `The configuration (${event.error.message})`,
          `${event.error.message}; pages are cached in this process only`,
        )
      case 'drained':
        if (event.left > 0) logger.error(`${event.left} cache entries could not be written before the process ended`)
    }
  }
}

function describe(event: CacheEvent): string {
  const details = Object.entries(event).map(([name, value]: [string, unknown]) =>
    name === 'name' ? String(value) : `${name}=${value instanceof Error ? value.message : JSON.stringify(value)}`,
  )
  return details.join(' ')
}
