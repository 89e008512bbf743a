import { printable } from '../format.ts'
import { html, type Markup } from './html.ts'
import { linkTo } from './links.ts'
import { shortened } from './shown-names.ts'

/** Longer addresses are refused by many servers. */
const MAX_LINKED = 2000

/** The name of a tag, which leads to its page. */
export const tagLink = (tag: string): Markup =>
  tag.length > MAX_LINKED
    ? html`<span class="key">${shortened(printable(tag))}</span>`
    : html`<a class="key" href="${linkTo('tag', { tag })}">${shortened(printable(tag))}</a>`
