import { number } from './format.mjs'
import { table } from './results.mjs'

/**
 * What a bench is to show, and what it has measured of that. With one bound, or both.
 * @typedef {{ claim: string, value: number, atLeast?: number, atMost?: number }} Claim
 */

/**
 * What could not be measured, NaN, is missed.
 * @param {Claim} claim
 */
export function isMet({ claim, value, atLeast, atMost }) {
  if (atLeast === undefined && atMost === undefined)
    throw new Error(`Nothing can miss the claim "${claim}": it has no bound`)
  return value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity)
}

/**
 * @param {readonly Claim[]} claims
 * @returns {string} Markdown
 */
export function describeClaims(claims) {
  const rows = claims.map((one) => [one.claim, digits(one.value), boundOf(one), isMet(one) ? 'met' : '**missed**'])
  return table(['claim', 'value', 'bound', ''], rows)
}

const boundOf = ({ atLeast, atMost }) =>
  [
    ...(atLeast === undefined ? [] : [`>= ${digits(atLeast)}`]),
    ...(atMost === undefined ? [] : [`<= ${digits(atMost)}`]),
  ].join(', ')

/** Enough of them that a value just below its bound does not look like it. */
const digits = (value) => number(value, Number.isInteger(value) ? 0 : 3)
