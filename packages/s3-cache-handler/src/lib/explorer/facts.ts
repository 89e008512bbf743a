import { printable } from '../format.ts'
import { html, type Markup } from './html.ts'
import { shortened } from './shown-names.ts'

export type Fact = readonly [name: Markup | string, value: Markup | string | undefined]

/** What is undefined is left out. */
export const facts = (rows: readonly Fact[]): Markup =>
  html`<dl class="facts">
    ${rows.flatMap(([name, value]) =>
      value === undefined
        ? []
        : [
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
          ],
    )}
  </dl>`

/** A text from outside, as it is stored. */
export const literal = (text: string): Markup => html`<span class="key">${shortened(printable(text))}</span>`
