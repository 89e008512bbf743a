import {
  type Context,
  context,
  createNoopMeter,
  type MeterProvider,
  metrics,
  trace,
  type TracerProvider,
} from '@opentelemetry/api'
import { outside } from '../async-context.ts'
import { captureCauses, currentCause } from '../cause.ts'
import { listen } from '../listen.ts'
import { createProcessLogger } from '../logging/process-logger.ts'
import { processWide } from '../registry.ts'
import { createInstruments } from './instruments.ts'
import { Spans } from './spans.ts'

const SCOPE = 's3-cache-handler'

/** Where to send what is measured and traced. */
export interface InstrumentOptions {
  /** @default the global one, which must be registered before: where there is none, the log says so */
  readonly meterProvider?: MeterProvider | undefined
  /** @default the global one */
  readonly tracerProvider?: TracerProvider | undefined
}

/** Next may run what starts it more than once, as `next dev` does. */
const current = processWide('instrumentation', () => ({ end: (): void => {} }))

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
 * registerOTel({ serviceName: 'shop', metricReaders: [reader] })
 * instrument()
 * ```
 *
 * @returns what ends it
 */
export function instrument(options: InstrumentOptions = {}): () => void {
  const { meterProvider, tracerProvider = trace.getTracerProvider() } = options
  current.end()
  if (meterProvider === undefined) tellOfNoMetrics()
  const instruments = createInstruments((meterProvider ?? metrics.getMeterProvider()).getMeter(SCOPE))
  const spans = new Spans(tracerProvider.getTracer(SCOPE))
  const release = captureCauses(() => context.active())
  const endListening = listen((event) => {
    const active = context.active()
    const cause = currentCause() as Context | undefined
    // The SDK reads the clock and makes ids, both of which Next patches for prerenders.
    outside(() => {
      instruments.record(event, active)
      spans.record(event, active, cause)
    })
  })
  const end = (): void => {
    endListening()
    release()
    instruments.end()
    if (current.end === end) current.end = () => {}
  }
  current.end = end
  return end
}

/** A provider of traces may come later. Of metrics the API asks for once, and without a provider they would go nowhere, silently. */
function tellOfNoMetrics(): void {
  const said = processWide('said', () => new Set<string>())
  if (metrics.getMeter(SCOPE) !== createNoopMeter() || said.has('no metrics')) return
  said.add('no metrics')
  createProcessLogger().warn(
    'instrument() has found no provider of metrics, so that there are none: one with a reader must be registered before',
  )
}
