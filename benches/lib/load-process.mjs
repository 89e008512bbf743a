import { startCalledProcess } from './called-process.mjs'

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
  const load = startCalledProcess('load.mjs')
  return {
    /**
     * @param {{
     *   url: string,
     *   paths: readonly string[],
     *   headers?: Record<string, string>,
     *   connections: number,
     *   forMs: number,
     * }} target
     * @returns {Promise<Load>}
     */
    run: (target) => load.call('run', target),
    stop: () => load.stop(),
  }
}
