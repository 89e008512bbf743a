import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/**
 * What the load met.
 * @typedef {{
 *   requests: number,
 *   perSecond: number,
 *   p50: number,
 *   p99: number,
 *   bytes: number,
 *   byCache: Record<string, number>,
 * }} Load
 */

/** Load from load.mjs, in a process of its own. */
export function startLoad() {
  const child = fork(fileURLToPath(new URL('load.mjs', import.meta.url)), [], { execArgv: [] })
  return {
    /**
     * @param {{ url: string, paths: readonly string[], connections: number, forMs: number }} target
     * @returns {Promise<Load>}
     */
    async run(target) {
      child.send(target)
      const [{ error, ...load }] = await once(child, 'message')
      if (error !== undefined) throw new Error(error)
      return load
    },
    async stop() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}
