import type { OpenCache } from '../open-cache.ts'
import type { Logger, ResolvedOptions } from '../options/options.ts'
import { openCache } from '../open-cache.ts'
import { printable } from '../format.ts'
import type { Io } from './command.ts'
import type { ParsedFlags } from './flags.ts'
import { settingsOf } from './settings.ts'

/** A visitor's page does not wait for the store for long, but a command may. */
const PATIENCE_MS = 30_000

/**
 * The store, the layout and the view of the tags that the handler has with these settings; nothing is kept in memory.
 * @param more For a command that tells what fails in words of its own.
 */
export function openPlace(flags: ParsedFlags, io: Io, more: Partial<Pick<ResolvedOptions, 'log'>> = {}): OpenCache {
  const { bucket, ...settings } = settingsOf(flags, io.env)
  const options = { ...settings, ...more }
  const logger = loggerTo(io)
  const timeoutMs = Math.max(options.timeoutMs, PATIENCE_MS)
  return openCache({ kind: 's3', bucket }, { ...options, bucket, memoryMaxBytes: 0, timeoutMs }, { logger })
}

/** What goes wrong behind a command is for people, on the standard error. */
export function loggerTo({ complain }: Io): Logger {
  const tell = (line: string): void => complain(printable(line))
  return { error: tell, warn: tell, info: () => {}, debug: () => {} }
}
