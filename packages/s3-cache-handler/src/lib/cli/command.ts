import type { ParsedFlags, FlagSpecs } from './flags.ts'

/** Where a command reads its settings from and writes to. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  /** What was asked for. */
  readonly write: (output: string | Uint8Array) => void
  /** A line about it, for people: on the standard error, so that the output can be read by another program. */
  readonly complain: (line: string) => void
  /** Asks a person; undefined where there is none. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined
  /** A line that the next one replaces; undefined where nobody watches. */
  readonly progress: ((line: string) => void) | undefined
  /** Whether the output is read by a person at a terminal who has not set `NO_COLOR`: https://no-color.org */
  readonly hasColours?: boolean
  /** Resolves when a person ends what would go on. */
  readonly untilEnded?: () => Promise<void>
}

/** A subcommand, such as `s3-cache policy`. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string
  /** What it does, in full sentences; lines of at most 100 characters. */
  readonly description: string
  readonly flags: FlagSpecs
  /** What it can be told to do, before the flags: `s3-cache lifecycle plan`. */
  readonly actions?: readonly string[]
  /**
   * Resolves with the exit code.
   * @param action One of `actions`; empty where there are none.
   */
  run(flags: ParsedFlags, io: Io, action: string): Promise<number>
}

/** It did what it was asked for. */
export const SUCCEEDED = 0
/** It could not, or found what is wrong. */
export const FAILED = 1
/** It was called wrongly, and did nothing. */
export const MISUSED = 2
