import { inspect } from 'node:util'
import { InvalidOptionError } from '../errors.ts'

/** Seconds, or a number with a unit: `'500ms'`, `'30s'`, `'5m'`, `'2h'`, `'7d'`, `'1w'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'w'}`

const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }
const TEXT = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/

/** Throws {@link InvalidOptionError} for what is negative, NaN or no duration. */
export function toSeconds(name: string, duration: Duration): number {
  const seconds = typeof duration === 'number' ? duration : parse(duration)
  if (seconds >= 0) return seconds
  throw new InvalidOptionError(
    name,
    `"${name}" must be seconds or a text like "5m", 0 or more, got ${inspect(duration)}`,
  )
}

function parse(text: unknown): number {
  const [, amount = '', unit = ''] = (typeof text === 'string' ? TEXT.exec(text) : undefined) ?? []
  return unit === '' ? NaN : Number(amount) * SECONDS[unit as keyof typeof SECONDS]
}
