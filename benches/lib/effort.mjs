import { performance } from 'node:perf_hooks'
import { collectGarbage } from './measure.mjs'

/**
 * What one call costs, in ms: until it is done, of the event loop, and of the CPU by all threads.
 * @typedef {{ ms: number, busyMs: number, cpuMs: number }} Effort
 */

/**
 * Calls `work` one after the other, at least once and for so long.
 * @param {() => unknown} work
 * @param {number} forMs
 * @returns {Promise<Effort>}
 */
export async function effortOf(work, forMs) {
  collectGarbage()
  let calls = 0
  const startedAt = performance.now()
  const before = { loop: performance.eventLoopUtilization(), cpu: process.cpuUsage() }
  do {
    await work()
    calls++
  } while (performance.now() - startedAt < forMs)
  const elapsedMs = performance.now() - startedAt
  const { user, system } = process.cpuUsage(before.cpu)
  const { active } = performance.eventLoopUtilization(before.loop)
  return { ms: elapsedMs / calls, busyMs: active / calls, cpuMs: (user + system) / 1000 / calls }
}
