import { html, type Markup } from './html.ts'

/** What is told in passing, with points between its parts. */
export const metaLine = (parts: readonly (Markup | string)[]): Markup =>
  html`<p class="meta">${parts.map((part) => html`<span>${part}</span>`)}</p>`
