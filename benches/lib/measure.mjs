import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * The middle value, or halfway between the two in the middle: what is the middle of few rounds. NaN of none.
 * @param {readonly number[]} values In any order.
 */
export function median(values) {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * The smallest value that at least so much of all does not exceed: always one that was measured, also where `median` is
 * halfway between two. NaN of none.
 * @param {readonly number[]} values In any order.
 * @param {number} part From 0, the smallest, to 1, the largest.
 */
export function quantile(values, part) {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? NaN
}

/**
 * How long `work` takes, in ms.
 * @param {() => unknown} work
 */
export async function timeOf(work) {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/**
 * The same, and the longest time for which `work` let nothing else run.
 * @param {() => unknown} work
 * @returns {Promise<{ ms: number, blockMs: number }>}
 */
export async function timeAndBlockOf(work) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const ms = await timeOf(work)
  // What blocked it is only noticed by the turn after it.
  await sleep(20)
  delay.disable()
  return { ms, blockMs: delay.max / 1e6 }
}

/**
 * What `make` leaves in the heap, in bytes.
 * @template T
 * @param {() => Promise<T>} make
 * @returns {Promise<{ result: T, bytes: number }>}
 */
export async function heapOf(make) {
  // What is only compiled or cached in the first round is not of what is made.
  await make()
  const before = await heapUsed()
  const result = await make()
  return { result, bytes: (await heapUsed()) - before }
}

/** What others left behind is not to be cleared away while something is measured. */
export function collectGarbage() {
  const { gc } = globalThis
  if (gc === undefined) throw new Error('Run it with --expose-gc')
  gc()
}

async function heapUsed() {
  // What was just awaited is held until the next turn.
  await new Promise((resolve) => setImmediate(resolve))
  // Once does not free all.
  for (let times = 0; times < 3; times++) collectGarbage()
  return process.memoryUsage().heapUsed
}
