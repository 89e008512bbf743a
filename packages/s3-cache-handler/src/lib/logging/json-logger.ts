import { outside } from '../async-context.ts'
import type { CacheEvent } from '../cache-events.ts'
import type { Logger, LogLevel } from '../options/options.ts'
import { type EventLogger, leveled, type LineLevel } from './leveled-logger.ts'

/** https://github.com/pinojs/pino/blob/main/docs/api.md#logger-level */
const LEVELS: Readonly<Record<LineLevel, number>> = { debug: 20, info: 30, warn: 40, error: 50 }

/** The logger, given an object of JSON a line as pino writes them, with the fields of the event that it is about. */
export function createJsonLogger(logger: Logger, level: LogLevel): EventLogger {
  return leveled(level, (lineLevel, msg, event) => {
    // A line may be about what a prerender of Next's has asked for, which must not read the clock.
    const time = outside(() => Date.now())
    const common = { level: LEVELS[lineLevel], time, name: 's3-cache-handler' }
    logger[lineLevel](JSON.stringify({ ...common, ...(event && fieldsOf(event)), msg }, keepInfinity))
  })
}

function fieldsOf({ name, ...fields }: CacheEvent): object {
  const { error, ...own } = fields as { readonly error?: Error }
  // Where a defect is, nothing else tells; of all other failures the code says enough.
  const stack = name === 'failed' ? error?.stack : undefined
  return { event: name, ...own, ...(error && { err: { ...describeError(error), stack } }) }
}

function describeError({ name, message, ...details }: Error): object {
  const { code } = details as { readonly code?: unknown }
  return { type: name, message, code }
}

/** JSON would make `null` of what never ends. */
export const keepInfinity = (_name: string, value: unknown): unknown => (value === Infinity ? 'Infinity' : value)
