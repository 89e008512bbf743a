import { counted } from '../format.ts'
import { html, type Markup } from './html.ts'

/** So many of a kind are shown of one entry, which may have any number. */
const MAX_ROWS = 100

export const firstRows = <T>(rows: readonly T[]): readonly T[] => rows.slice(0, MAX_ROWS)

/** Tells of those that are not shown. */
export const moreNote = (rows: readonly unknown[]): Markup | false =>
  rows.length > MAX_ROWS &&
  html`<p class="note">${counted(rows.length - MAX_ROWS, 'more is', 'more are')} not shown.</p>`
