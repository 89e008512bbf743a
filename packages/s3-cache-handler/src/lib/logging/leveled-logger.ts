import type { Logger, LogLevel } from '../options/options.ts'

const RANK: Readonly<Record<LogLevel, number>> = { silent: 0, error: 1, warn: 2, info: 3, debug: 4 }

/** The logger, with lines marked as ours, and those above `level` left out. */
export function createLeveledLogger(logger: Logger, level: LogLevel): Logger {
  const at =
    (lineLevel: Exclude<LogLevel, 'silent'>) =>
    (line: string): void => {
      if (RANK[lineLevel] <= RANK[level]) logger[lineLevel](`[s3-cache-handler] ${line}`)
    }
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') }
}
