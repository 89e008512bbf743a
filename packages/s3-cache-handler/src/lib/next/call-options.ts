import { InvalidOptionError } from '../errors.ts'

/** For options of a single call, whose name says it all. */
export function refuse(name: string, what: string): never {
  throw new InvalidOptionError(name, `"${name}" ${what}`)
}

/** A name that is misspelt must not be ignored. */
export function refuseUnknown(options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) refuse(unknown, `is none of ${known.join(', ')}`)
}
