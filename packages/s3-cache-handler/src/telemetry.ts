import { openTally } from './lib/telemetry/open-tally.ts'

export { PROMETHEUS_CONTENT_TYPE, prometheusText } from './lib/telemetry/prometheus.ts'
export { withServerTiming } from './lib/telemetry/server-timing.ts'
export type { Timed } from './lib/telemetry/server-timing.ts'

/**
 * Counts what all caches of this process do, from now on. To be called once, before there is traffic, as in Next's
 * `instrumentation.ts`; calling it again changes nothing. Without it counting begins with the first `prometheusText()`.
 */
export function startMetrics(): void {
  openTally()
}
