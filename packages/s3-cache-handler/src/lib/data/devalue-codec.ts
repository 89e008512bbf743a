import { parse, stringify, stringifyAsync } from 'devalue'
import { errorParts, toError } from './error-codec.ts'
import { boxed, isThenable, toPromise } from './promise-codec.ts'
import type { SnapshotCodec, TextSnapshot } from './value-codec.ts'

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
export function devalueCodec(types: Readonly<Record<string, TypeCodec>>): SnapshotCodec {
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
  const checked = (text: string): string => {
    // A circle through a type of one's own can be written and not be read. No string holds a `"` that is not escaped.
    if (text.includes(`["${OWN}`)) read(text)
    return text
  }

  /** Throws for what cannot be written. */
  const snapshot = (value: unknown): TextSnapshot => {
    const inside: PromiseLike<unknown>[] = []
    const numbered = stringify(value, { ...reducers, Promise: (item) => isThenable(item) && inside.push(item) })
    if (inside.length === 0) return { text: checked(numbered), copy: () => read(numbered) }
    const promise = (number: unknown): unknown => quiet(laterCopy(inside[Number(number) - 1]))
    return {
      text: quiet(stringifyAsync(value, reducers).then(checked)),
      copy: () => parse(numbered, { ...revivers, Promise: promise }),
    }
  }
  const laterCopy = async (promise: PromiseLike<unknown> | undefined): Promise<unknown> => {
    const value = await promise
    try {
      return snapshot(value).copy()
    } catch {
      return value
    }
  }
  return { name: 'devalue', stringify: async (value) => await snapshot(value).text, parse: read, snapshot }
}

/** Who takes copies only needs no text, and may look at no Promise in them: one that rejects must not end the process. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
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
