import { parse, stringifyAsync } from 'devalue'
import { errorParts, toError } from './error-codec.ts'
import { boxed, toPromise } from './promise-codec.ts'
import type { TextCodec } from './value-codec.ts'

/** How values of a type of one's own are stored, for {@link ValueCodecOptions.types}. */
export interface TypeCodec<T = unknown, Stored = unknown> {
  is(value: unknown): value is T
  /** What is stored in its place: anything that can be stored itself. */
  encode(value: T): Stored
  decode(stored: Stored): T
}

/**
 * Values as devalue writes them: JSON's, and Date, Map, Set, BigInt, RegExp, URL, typed arrays, cycles. Buffers come back
 * as Buffers; errors with name, message, stack, cause, errors and what else they carry, but for functions and symbols;
 * Promises, and what else can be awaited, as Promises, once they have resolved.
 */
export function devalueCodec(types: Readonly<Record<string, TypeCodec>>): TextCodec {
  const own = Object.entries(types)
  const reducers: Record<string, (value: unknown) => unknown> = {
    ...Object.fromEntries(own.map(([name, type]) => [quoted(name), (value) => type.is(value) && [type.encode(value)]])),
    Promise: boxed,
    Buffer: (value) => Buffer.isBuffer(value) && new Uint8Array(value).buffer,
    Error: (value) => value instanceof Error && errorParts(value),
  }
  const revivers: Record<string, (stored: unknown) => unknown> = {
    ...Object.fromEntries(own.map(([name, type]) => [OWN + name, (box) => type.decode(unboxed(box, name))])),
    Promise: toPromise,
    Buffer: toBuffer,
    Error: toError,
  }
  const read = (text: string): unknown => parse(text, revivers)
  return {
    name: 'devalue',
    async stringify(value) {
      const text = await stringifyAsync(value, reducers)
      // A circle through a type of one's own can be written and not be read. No string holds a `"` that is not escaped.
      if (text.includes(`["${OWN}`)) read(text)
      return text
    },
    parse: read,
  }
}

/** What the names of one's own types begin with, so that none is one of devalue's. */
const OWN = 'own '

/** Devalue puts a name between quotation marks as it is. */
const quoted = (name: string): string => JSON.stringify(OWN + name).slice(1, -1)

/** In a circle, a box is met again before what it holds is read. */
function unboxed(box: unknown, name: string): unknown {
  if (Array.isArray(box) && 0 in box) return box[0]
  throw new Error(`a value of the type ${JSON.stringify(name)} holds itself`)
}

function toBuffer(stored: unknown): Buffer {
  if (stored instanceof ArrayBuffer) return Buffer.from(stored)
  throw new Error('A Buffer has bytes')
}
