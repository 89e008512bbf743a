import { OutageLog } from '../logging/outage-log.ts'
import { createProcessLogger } from '../logging/process-logger.ts'
import type { Logger } from '../options/options.ts'

/**
 * Where it is told what fails in an explorer: where the cache logs, if one is open, else as this process' options say.
 * @param opened Does not wait for one.
 */
export function failuresOf(opened: () => { readonly logger: Logger } | undefined): OutageLog {
  const logger = (): Logger => opened()?.logger ?? createProcessLogger()
  return new OutageLog({ error: (line) => logger().error(line), info: (line) => logger().info(line) })
}
