import { OptionError } from './option-error.ts'

/** Compiles a regular expression from outside; throws an `OptionError` when it is none. */
export function compileKeyPattern(source: string): RegExp {
  try {
    return new RegExp(source)
  } catch {
    throw new OptionError('keyPattern', 'a regular expression', source)
  }
}
