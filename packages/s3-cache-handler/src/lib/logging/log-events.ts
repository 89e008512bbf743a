import type { CacheEvent, Emit } from '../cache-events.ts'
import type { Logger } from '../options/options.ts'
import { OutageLog } from './outage-log.ts'

/** The subscriber that turns events into lines for people. */
export function createEventLog(logger: Logger): Emit {
  const outages = new OutageLog(logger)
  return (event) => {
    logger.debug(describe(event))
    switch (event.name) {
      case 'store-failed':
        return outages.failed(`The object store's ${event.operation}`, event.error.message)
      case 'store-recovered':
        return outages.recovered(`The object store's ${event.operation}`)
      case 'corrupt':
        return outages.failed('Reading entries', `Entry "${event.objectKey}" cannot be read: ${event.reason}`)
      case 'misconfigured':
        return outages.failed('The configuration', `${event.error.message}; pages are cached in this process only`)
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
