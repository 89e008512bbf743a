import { formatMoment } from '../format.ts'
import { html, type Markup } from './html.ts'

const UNKNOWN = html`<span>–</span>`

/** A moment as people tell it, with the moment itself behind it; a dash for what is not known, or no time. */
export function moment(at: number | undefined, now: number): Markup {
  if (at === Infinity) return html`never`
  if (!isTime(at)) return UNKNOWN
  return html`<time datetime="${isoOf(at)}" title="${clockTime(at)}">${formatMoment(at, now)}</time>`
}

/** The moment itself, for who compares it with logs. */
export const exactly = (at: number): Markup =>
  isTime(at) ? html`<time datetime="${isoOf(at)}">${clockTime(at)}</time>` : UNKNOWN

/** Nobody checks what a stored entry says of its times. */
export const isTime = (at: unknown): at is number => Number.isFinite(at)

const clockTime = (at: number): string => `${isoOf(at).slice(0, 19).replace('T', ' ')} UTC`

/** Of a damaged clock, or a lifetime of thousands of years, there is no date. */
const isoOf = (at: number): string => new Date(Math.max(-MAX_DATE, Math.min(MAX_DATE, at))).toISOString()

/** https://tc39.es/ecma262/#sec-time-values-and-time-range */
const MAX_DATE = 8.64e15
