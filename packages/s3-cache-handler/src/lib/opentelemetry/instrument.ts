import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type Context, context, type MeterProvider, metrics, trace, type TracerProvider } from '@opentelemetry/api'
import { outside } from '../async-context.ts'
import { type CacheEvent, EVENT_CHANNEL } from '../cache-events.ts'
import { captureCauses, currentCause } from '../cause.ts'
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
  const listen = (message: unknown): void => {
    const event = message as CacheEvent
    const active = context.active()
    const cause = currentCause() as Context | undefined
    // The SDK reads the clock and makes ids, both of which Next patches for prerenders.
    outside(() => {
      instruments.record(event, active)
      spans.record(event, active, cause)
    })
  }
  const release = captureCauses(() => context.active())
  subscribe(EVENT_CHANNEL, listen)
  const end = (): void => {
    unsubscribe(EVENT_CHANNEL, listen)
    release()
    instruments.end()
    if (current.end === end) current.end = () => {}
  }
  current.end = end
  return end
}
