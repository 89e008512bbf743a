import { parse, stringifyAsync } from 'devalue'
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
 * Values as devalue writes them: JSON's, and Date, Map, Set, BigInt, RegExp, URL, typed arrays, cycles. Errors come back
 * with name, message, stack and cause; Promises, and what else can be awaited, as Promises, once they have resolved.
 */
export function devalueCodec(types: Readonly<Record<string, TypeCodec>>): TextCodec {
  const own = Object.entries(types)
  const reducers: Record<string, (value: unknown) => unknown> = {
    ...Object.fromEntries(own.map(([name, type]) => [name, (value) => type.is(value) && [type.encode(value)]])),
    Promise: boxed,
    Error: (value) => value instanceof Error && errorParts(value),
  }
  const revivers: Record<string, (stored: unknown) => unknown> = {
    ...Object.fromEntries(own.map(([name, type]) => [name, (stored) => type.decode((stored as [unknown])[0])])),
    Promise: toPromise,
    Error: (stored) => toError(stored as ErrorParts),
  }
  return {
    name: 'devalue',
    stringify: (value) => stringifyAsync(value, reducers),
    parse: (text) => parse(text, revivers),
  }
}

interface ErrorParts {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** What else it carries, such as a code. */
  readonly more: object
}

const errorParts = (error: Error): ErrorParts => ({
  name: error.name,
  message: error.message,
  stack: error.stack,
  more: Object.assign({}, error, error.cause !== undefined && { cause: error.cause }),
})

const KNOWN_ERRORS = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError }

/** An instance of the language's own classes only: a stored name must not choose what is constructed. */
function toError({ name, message, stack, more }: ErrorParts): Error {
  const ErrorClass = Object.hasOwn(KNOWN_ERRORS, name) ? KNOWN_ERRORS[name as keyof typeof KNOWN_ERRORS] : Error
  const error = Object.assign(new ErrorClass(message), more)
  for (const [property, value] of Object.entries({ name, stack })) {
    if (error[property as 'name'] !== value)
      Object.defineProperty(error, property, { value, configurable: true, writable: true })
  }
  return error
}
