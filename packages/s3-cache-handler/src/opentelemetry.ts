export { instrument } from './lib/opentelemetry/instrument.ts'
export type { InstrumentOptions } from './lib/opentelemetry/instrument.ts'
