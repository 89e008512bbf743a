/** Reads fields of JSON that this app did not write; each throws a `TypeError` that names the field. */
export type Fields = Readonly<Record<string, unknown>>

export function fields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw new TypeError(`The wire sent ${typeof value}, not an object`)
  return { ...value }
}

export function list<T>(value: unknown, parse: (item: unknown) => T): T[] {
  if (!Array.isArray(value)) throw new TypeError(`The wire sent ${typeof value}, not a list`)
  return value.map((item: unknown) => parse(item))
}

export function text(from: Fields, name: string): string {
  const value = from[name]
  if (typeof value !== 'string') throw new TypeError(`The wire's "${name}" is not a text`)
  return value
}

export function number(from: Fields, name: string): number {
  const value = from[name]
  if (typeof value !== 'number') throw new TypeError(`The wire's "${name}" is not a number`)
  return value
}
