import { OptionError } from './option-error.ts'

/** The server's clock: the machine's, or one that is off. `Date`, `Last-Modified` and signatures go by it. */
export interface Clock {
  /** Puts it so many ms ahead of the machine's, a negative number behind it; 0 sets it right. */
  setOffset(clockOffsetMs: number): void
  /** In ms since the Unix epoch. */
  now(): number
}

/** Creates a clock; throws an `OptionError` when its offset is not one. */
export function createClock(clockOffsetMs: number): Clock {
  let offsetMs = parseClockOffset(clockOffsetMs)
  return {
    setOffset(changed) {
      offsetMs = parseClockOffset(changed)
    },
    now: () => Date.now() + offsetMs,
  }
}

/** Checks an offset from outside, such as of a JSON body. */
export function parseClockOffset(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new OptionError('clockOffsetMs', 'an integer', value)
  return value
}
