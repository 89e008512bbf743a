import { evaluatedOptions } from '../next/evaluated-options.ts'
import { resolveOptions } from '../options/resolve-options.ts'
import { createConsoleLogger } from './console-logger.ts'
import type { EventLogger } from './leveled-logger.ts'
import { OutageLog } from './outage-log.ts'

/**
 * For what belongs to no cache, or is said before there is one: as the environment asks for, and the config that this
 * process has evaluated. A wrong value there is told by who opens a cache with it, and counts as none.
 */
export function createProcessLogger(): EventLogger {
  const { CACHE_LOG, CACHE_LOG_FORMAT } = process.env
  const { log, logFormat } = evaluatedOptions.current ?? {}
  try {
    return createConsoleLogger(resolveOptions({ env: { CACHE_LOG, CACHE_LOG_FORMAT }, config: { log, logFormat } }))
  } catch {
    return createConsoleLogger(resolveOptions({ env: {} }))
  }
}

/** The same, once a minute for each kind of failure; the options are those of its first line. */
export function createProcessOutageLog(): Pick<OutageLog, 'failed'> {
  let outages: OutageLog | undefined
  return { failed: (what, message) => (outages ??= new OutageLog(createProcessLogger())).failed(what, message) }
}
