/** What is stored of an error. Its circles lead through the last two, which are read when the error is made already. */
interface ErrorParts {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** Of what the language gives it without enumerating it: `cause` and `errors`. */
  readonly hidden?: object
  /** What else it carries, such as a code. */
  readonly more?: object
}

/** Leaves out properties that are functions or symbols, as many libraries' errors have them: `toJSON`, for one. */
export function errorParts(error: Error): ErrorParts {
  // Nothing keeps a program from assigning them something that is no text.
  const { name, message, stack }: { name: unknown; message: unknown; stack?: unknown } = error
  const hidden = Object.entries({ cause: error.cause, errors: (error as AggregateError).errors as unknown })
  return {
    name: String(name),
    message: String(message),
    stack: typeof stack === 'string' ? stack : undefined,
    hidden: storable(hidden.filter(([property]) => Object.hasOwn(error, property) && !isEnumerable(error, property))),
    more: storable(Object.entries(error)),
  }
}

const isEnumerable = (error: Error, property: string): boolean =>
  Object.prototype.propertyIsEnumerable.call(error, property)

const storable = (properties: readonly [string, unknown][]): object =>
  Object.fromEntries(properties.filter(([, value]) => typeof value !== 'function' && typeof value !== 'symbol'))

const made = new WeakMap<object, Error>()

/** One error for the same parts: in a circle they are met again, without the last ones, before they are complete. */
export function toError(stored: unknown): Error {
  const parts = stored as ErrorParts
  const error = made.get(parts) ?? createError(parts)
  made.set(parts, error)
  define(error, parts.hidden ?? {}, false)
  define(error, parts.more ?? {}, true)
  return error
}

const KNOWN_ERRORS = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError }

/** An instance of the language's own classes only: a stored name must not choose what is constructed. */
function createError({ name, message, stack }: ErrorParts): Error {
  if (typeof name !== 'string' || typeof message !== 'string') throw new Error('An error has a name and a message')
  const ErrorClass = Object.hasOwn(KNOWN_ERRORS, name) ? KNOWN_ERRORS[name as keyof typeof KNOWN_ERRORS] : Error
  const error = name === 'AggregateError' ? new AggregateError([], message) : new ErrorClass(message)
  define(error, { stack, ...(error.name !== name && { name }) }, false)
  return error
}

function define(error: Error, properties: object, enumerable: boolean): void {
  for (const [property, value] of Object.entries(properties)) {
    Object.defineProperty(error, property, { value, enumerable, configurable: true, writable: true })
  }
}
