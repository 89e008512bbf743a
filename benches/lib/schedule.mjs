import { setTimeout as sleep } from 'node:timers/promises'

/** Epoch ms with fractions, the same in all processes of a machine. */
export const nowMs = () => performance.timeOrigin + performance.now()

/**
 * Begins each piece of work at its moment, whether those before it have ended or not: one that is slow must not make the
 * load lighter, and what waits because of it counts from when it was due.
 * @param {readonly number[]} moments Epoch ms.
 * @param {(number: number) => Promise<unknown>} work
 * @returns {Promise<{ scheduledAt: number, endedAt: number }[]>} in the order of the moments
 */
export const onSchedule = (moments, work) =>
  Promise.all(
    moments.map(async (scheduledAt, number) => {
      await sleep(Math.max(0, scheduledAt - nowMs()))
      await work(number)
      return { scheduledAt, endedAt: nowMs() }
    }),
  )

/**
 * When what happens every so often is due, from `startAt` until `forMs` later.
 * @param {{ startAt: number, forMs: number, everyMs: number }} pace
 */
export const momentsOf = ({ startAt, forMs, everyMs }) =>
  Array.from({ length: Math.ceil(forMs / everyMs) }, (_, number) => startAt + number * everyMs)
