import { type Context, context, type MeterProvider, metrics, trace, type TracerProvider } from '@opentelemetry/api'
import { outside } from '../async-context.ts'
import { captureCauses, currentCause } from '../cause.ts'
import { listen } from '../listen.ts'
import { processWide } from '../registry.ts'
import { createInstruments } from './instruments.ts'
import { Spans } from './spans.ts'

const SCOPE = 's3-cache-handler'

/** Where to send what is measured and traced. */
export interface InstrumentOptions {
  /** @default the global one, which must be registered before */
  readonly meterProvider?: MeterProvider | undefined
  /** @default the global one */
  readonly tracerProvider?: TracerProvider | undefined
}

/** Next may run what starts it more than once, as `next dev` does. */
const current = processWide('instrumentation', () => ({ end: (): void => {} }))

/** @see instrument of `opentelemetry.ts` */
export function instrument({
  meterProvider = metrics.getMeterProvider(),
  tracerProvider = trace.getTracerProvider(),
}: InstrumentOptions): () => void {
  current.end()
  const instruments = createInstruments(meterProvider.getMeter(SCOPE))
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
