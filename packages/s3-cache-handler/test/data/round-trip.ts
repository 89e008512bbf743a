import { createValueCodec, type ValueCodecOptions } from '../../src/lib/data/value-codec.ts'

/** What is read of a value that was stored. */
export async function roundTrip(value: unknown, options: ValueCodecOptions = {}): Promise<unknown> {
  const codec = createValueCodec(options)
  return codec.decode(await codec.encode(value))
}
