import { createLeveledLogger } from '../logging/leveled-logger.ts'
import { OutageLog } from '../logging/outage-log.ts'
import type { Logger } from '../options/options.ts'

const fallback: Logger = createLeveledLogger(console, 'info')

/**
 * Where it is told what fails in an explorer: where the cache logs, whose level and format are known, if one is open.
 * @param opened Does not wait for one.
 */
export function failuresOf(opened: () => { readonly logger: Logger } | undefined): OutageLog {
  const logger = (): Logger => opened()?.logger ?? fallback
  return new OutageLog({ error: (line) => logger().error(line), info: (line) => logger().info(line) })
}
