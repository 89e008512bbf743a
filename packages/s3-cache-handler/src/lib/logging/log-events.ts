import type { CacheEvent, Emit } from '../cache-events.ts'
import type { Capability } from '../object-store/capabilities.ts'
import { ObjectStoreError } from '../object-store/object-store-error.ts'
import type { LogLevel } from '../options/options.ts'
import { keepInfinity } from './json-logger.ts'
import type { EventLogger } from './leveled-logger.ts'
import { OutageLog } from './outage-log.ts'

/** The subscriber that turns events into lines for people. */
export function createEventLog(logger: EventLogger, level: LogLevel): Emit {
  const outages = new OutageLog(logger)
  return (event) => {
    if (level === 'debug') logger.debug(describe(event), event)
    switch (event.name) {
      case 'store-failed':
        return outages.failed(`The object store's ${event.operation}`, event.error.message, event)
      case 'store-recovered':
        return outages.recovered(`The object store's ${event.operation}`, event)
      case 'corrupt':
        return outages.failed('Reading objects', `"${event.objectKey}" cannot be read: ${event.reason}`, event)
      case 'not-stored':
        // What the store itself refused is told by `store-failed`.
        if (event.error instanceof ObjectStoreError) return
        return outages.failed('Storing entries', `Entry "${event.key}" is not stored: ${event.error.message}`, event)
      case 'failed':
        return outages.failed(
          `The handler's ${event.call}`,
          `${event.call} "${event.key}" failed: ${event.error.message}`,
          event,
        )
      case 'misconfigured':
        return outages.failed(
          `The configuration (${event.error.message})`,
          `${event.error.message}; pages are cached in this process only`,
          event,
        )
      case 'not-indexed':
        return outages.failed(
          'Indexing entries',
          `Entry "${event.key}" is not indexed by tag: ${event.error.message}`,
          event,
        )
      case 'remake-failed':
        return outages.failed(
          'Making values anew',
          `"${event.key}" could not be made anew, and the stale value is served: ${event.error.message}`,
          event,
        )
      case 'store-lacks':
        return logger.warn(`The store lacks ${LACKS[event.what]}: ${event.reason}`, event)
      case 'drained':
        return tellLost(logger, event)
      default:
        return tellOfTags(outages, event)
    }
  }
}

/** Of invalidations, and of the clock by which they end. */
function tellOfTags(outages: OutageLog, event: CacheEvent): void {
  switch (event.name) {
    case 'invalidation-failed':
      return outages.failed(
        'Storing invalidations',
        `An invalidation is not stored, so that other instances do not know of it; it is tried again (${event.waiting} wait): ${event.error.message}`,
        event,
      )
    case 'announced':
      return outages.recovered('Storing invalidations', event)
    case 'refresh-failed':
      if (!event.denied) return
      return outages.failed(
        'Reading the tag log',
        `What other instances invalidate cannot be seen, because the tag log may not be read or listed: ${event.error.message}`,
        event,
      )
    case 'compaction-failed':
      return outages.failed('Compacting the tag log', `The tag log is not compacted: ${event.error.message}`, event)
    case 'clock-skewed':
      return outages.failed('The clock', `This machine's clock is ${ahead(event.skewMs)} the bucket's`, event)
    default:
  }
}

function tellLost(logger: EventLogger, event: Extract<CacheEvent, { readonly name: 'drained' }>): void {
  if (event.left > 0) logger.error(`${event.left} cache entries could not be written before the process ended`, event)
  if (event.invalidationsLeft > 0) {
    logger.error(
      `${event.invalidationsLeft} invalidations could not be stored before the process ended: other instances go on with what they cover`,
      event,
    )
  }
}

const LACKS: Readonly<Record<Capability, string>> = {
  'conditional-put':
    'conditional writes, so that each instance renders stale pages for itself, add, inc and dec fail, and remember locks nobody out',
  'conditional-delete': 'conditional deletes',
  list: 'listings, so that keys, clear and prune fail',
  tags: 'tags of objects',
}

const ahead = (skewMs: number): string =>
  `${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'}`

function describe(event: CacheEvent): string {
  const details = Object.entries(event).map(([name, value]: [string, unknown]) =>
    name === 'name'
      ? String(value)
      : `${name}=${value instanceof Error ? value.message : JSON.stringify(value, keepInfinity)}`,
  )
  return details.join(' ')
}
