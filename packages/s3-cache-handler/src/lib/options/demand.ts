import { InvalidOptionError } from '../errors.ts'
import { show } from './resolve-options.ts'

/**
 * Throws {@link InvalidOptionError} unless an option is as it has to be.
 * @param what As in `a whole number of 0 or more`.
 */
export function demand(option: string, isValid: boolean, what: string, value: unknown): void {
  if (!isValid) throw new InvalidOptionError(option, `"${option}" must be ${what}, got ${show(value)}`)
}
