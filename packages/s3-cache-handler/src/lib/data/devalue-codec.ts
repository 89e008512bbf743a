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
    ...Object.fromEntries(own.map(([name, type]) => [name, (value) => type.is(value) && [type.encode(value)]])),
    Promise: boxed,
    Buffer: (value) => Buffer.isBuffer(value) && new Uint8Array(value).buffer,
    Error: (value) => value instanceof Error && errorParts(value),
  }
  const revivers: Record<string, (stored: unknown) => unknown> = {
    ...Object.fromEntries(own.map(([name, type]) => [name, (stored) => type.decode((stored as [unknown])[0])])),
    Promise: toPromise,
    Buffer: toBuffer,
    Error: toError,
  }
  return {
    name: 'devalue',
    stringify: (value) => stringifyAsync(value, reducers),
    parse: (text) => parse(text, revivers),
  }
}

function toBuffer(stored: unknown): Buffer {
  if (stored instanceof ArrayBuffer) return Buffer.from(stored)
  throw new Error('A Buffer has bytes')
}
