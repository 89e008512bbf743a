/**
 * The time by Next's own clock, in ms since the Unix epoch: the time origin plus the monotonic time since, which parts from
 * every other clock whenever one is set.
 */
export const nextNow = (): number => performance.timeOrigin + performance.now()
