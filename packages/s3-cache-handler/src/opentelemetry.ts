import { instrument as start, type InstrumentOptions } from './lib/opentelemetry/instrument.ts'

export type { InstrumentOptions }

/**
 * Measures and traces all caches of this process through OpenTelemetry's API, of which `@opentelemetry/api` must be
 * installed: the metrics of `docs/telemetry.md`, a span for each read of a request that is traced, and one for each request
 * to S3 that it causes. To be called once, when the SDK is set up, as in Next's `instrumentation.ts`; calling it again
 * ends what was begun before. Keys are hashed.
 *
 * ```ts
 * import { registerOTel } from '@vercel/otel'
 * import { instrument } from 's3-cache-handler/opentelemetry'
 *
 * registerOTel()
 * instrument()
 * ```
 *
 * @returns what ends it
 */
export const instrument = (options: InstrumentOptions = {}): (() => void) => start(options)
