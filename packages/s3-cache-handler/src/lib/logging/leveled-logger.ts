import type { CacheEvent } from '../cache-events.ts'
import { printable } from '../format.ts'
import type { Logger, LogLevel } from '../options/options.ts'

export type LineLevel = Exclude<LogLevel, 'silent'>

/** As {@link Logger}, and may be told which event a line is about. */
export type EventLogger = Readonly<Record<LineLevel, (line: string, event?: CacheEvent) => void>>

const RANK: Readonly<Record<LogLevel, number>> = { silent: 0, error: 1, warn: 2, info: 3, debug: 4 }

/** The logger, with lines marked as ours, and those above `level` left out. Each is one: a key may be what a visitor asked for. */
export function createLeveledLogger(logger: Logger, level: LogLevel): EventLogger {
  return leveled(level, (lineLevel, line) => logger[lineLevel](`[s3-cache-handler] ${printable(line)}`))
}

/** Writes the lines that `level` lets through. */
export function leveled(
  level: LogLevel,
  write: (lineLevel: LineLevel, line: string, event: CacheEvent | undefined) => void,
): EventLogger {
  const at =
    (lineLevel: LineLevel) =>
    (line: string, event?: CacheEvent): void => {
      if (RANK[lineLevel] <= RANK[level]) write(lineLevel, line, event)
    }
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }
}
