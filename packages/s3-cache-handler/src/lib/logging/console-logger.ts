import type { ResolvedOptions } from '../options/options.ts'
import { createJsonLogger } from './json-logger.ts'
import { createLeveledLogger, type EventLogger } from './leveled-logger.ts'

/** The console, in the form and down to the level that the options ask for. */
export const createConsoleLogger = ({ log, logFormat }: Pick<ResolvedOptions, 'log' | 'logFormat'>): EventLogger =>
  logFormat === 'json' ? createJsonLogger(console, log) : createLeveledLogger(console, log)
