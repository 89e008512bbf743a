import { collectGarbage, median } from './measure.mjs'

/**
 * How much work a process got done: how often a second, and with how much of its CPU, in µs, each time.
 * @typedef {{ perSecond: number, cpuUs: number }} Throughput
 */

/**
 * Does `work` again and again, several at once, for so long.
 * @param {() => Promise<unknown>} work
 * @param {{ concurrency: number, forMs: number }} options
 * @returns {Promise<Throughput>}
 */
export async function throughputOf(work, { concurrency, forMs }) {
  collectGarbage()
  let done = 0
  const startedAt = performance.now()
  const cpuBefore = process.cpuUsage()
  const worker = async () => {
    while (performance.now() - startedAt < forMs) {
      await work()
      done++
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  const { user, system } = process.cpuUsage(cpuBefore)
  return { perSecond: (done / (performance.now() - startedAt)) * 1000, cpuUs: (user + system) / done }
}

/**
 * Measures contestants in rounds, each round in another order, so that what else the machine does meets all alike.
 * @template C, R
 * @param {readonly C[]} contestants
 * @param {number} rounds
 * @param {(contestant: C, round: number) => Promise<R>} measure
 * @returns {Promise<R[][]>} the results of each contestant, by round
 */
export async function inTurns(contestants, rounds, measure) {
  const measured = contestants.map(() => /** @type {R[]} */ ([]))
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const index = (round + turn) % contestants.length
      measured[index].push(await measure(contestants[index], round))
    }
  }
  return measured
}

/**
 * How many times `one` is `other`: the median of what each round says.
 * @param {readonly number[]} one
 * @param {readonly number[]} other
 */
export const ratioOf = (one, other) => median(one.map((value, round) => value / other[round]))
