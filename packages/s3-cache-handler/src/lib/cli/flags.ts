import { parseArgs } from 'node:util'
import { messageOf } from '../errors.ts'

/** A flag of the command line. */
export interface FlagSpec {
  /** What stands for its value in the help, such as `BYTES`; absent for one that is there or not. */
  readonly value?: string
  /** Whether it may be given several times. */
  readonly isList?: boolean
  readonly help: string
}

/** By name, without dashes. */
export type FlagSpecs = Readonly<Record<string, FlagSpec>>

export type ParsedFlags = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>

/** A command line that cannot be carried out. */
export class UsageError extends Error {
  override readonly name = 'UsageError' as const
}

/** Throws {@link UsageError} for a flag that is unknown, or lacks its value. */
export function parseFlags(args: readonly string[], specs: FlagSpecs): ParsedFlags {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { value, isList = false }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: isList },
    ]),
  )
  try {
    const { tokens } = parseArgs({ args: [...args], options, allowPositionals: false, tokens: true })
    const names = tokens.flatMap((token) => (token.kind === 'option' ? token.name : []))
    const repeated = names.find((name, index) => names.indexOf(name) < index && specs[name]?.isList !== true)
    if (repeated !== undefined) throw new UsageError(`"--${repeated}" is given twice`)
    return parseArgs({ args: [...args], options, allowPositionals: false }).values
  } catch (error) {
    // Its own advice, how to pass a text that begins with a dash, is for another case.
    throw new UsageError(messageOf(error).split('. ')[0])
  }
}

/** What a flag says that takes a text; undefined without it. */
export const textOf = (flags: ParsedFlags, name: string): string | undefined =>
  typeof flags[name] === 'string' ? flags[name] : undefined

/** A flag that takes a whole number; undefined without it. Throws {@link UsageError}. */
export function wholeNumberOf(
  flags: ParsedFlags,
  name: string,
  least: number,
  most: number = Infinity,
): number | undefined {
  const text = textOf(flags, name)
  if (text === undefined) return undefined
  const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN
  if (number >= least && number <= most) return number
  const range = most === Infinity ? `from ${least}` : `from ${least} to ${most}`
  throw new UsageError(`"--${name}" must be a whole number ${range}, got "${text}"`)
}

/** All that a flag says that may be given several times. */
export const textsOf = (flags: ParsedFlags, name: string): readonly string[] =>
  [flags[name] ?? []].flat().filter((text) => typeof text === 'string')

/** The flags as the help shows them. */
export function describeFlags(specs: FlagSpecs): string {
  const rows = Object.entries(specs).map(([name, { value, help }]) => ({
    flag: `--${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  }))
  const width = Math.max(...rows.map(({ flag }) => flag.length))
  return rows.map(({ flag, help }) => `  ${flag.padEnd(width)}  ${help}`).join('\n')
}
