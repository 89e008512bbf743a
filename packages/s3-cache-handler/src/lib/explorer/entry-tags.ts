import type { EntryReport } from '../inspect/describe-entry.ts'
import { lastInvalidation } from '../inspect/last-invalidation.ts'
import { firstRows, moreNote } from './first-rows.ts'
import { html, type Markup } from './html.ts'
import { moment } from './moments.ts'
import { tagLink } from './tag-link.ts'
import type { ExploredCache } from './visit.ts'

/** The tags of an entry, with what their invalidations have come to. */
export function tagTable(open: ExploredCache, { tags, reasons }: EntryReport, now: number): Markup {
  if (tags.length === 0) return html`<p class="soft">It carries none.</p>`
  const takenBy = new Set(reasons.map((reason) => (reason.by === 'invalidation' ? reason.subject : '')))
  const own = [...new Set(tags)]
  const rows = firstRows(own).map((tag) => {
    const last = lastInvalidation(open, tag)
    const effect = last === undefined ? '' : takenBy.has(`t:${tag}`) ? 'after it was made' : 'known to it'
    return html`<tr>
      <th scope="row">${tagLink(tag)}</th>
      <td>${last === undefined ? html`<span class="soft">no</span>` : html`${moment(last.at, now)}, ${last.kind}`}</td>
      <td>${effect}</td>
    </tr>`
  })
  return html`<table>
      <caption>
        Those that begin with
        <code>_N_T_</code>
        are Next’s own, for its path; with
        <code>_url:</code>
        the address of a response.
      </caption>
      <thead>
        <tr>
          <th scope="col">Tag</th>
          <th scope="col">Invalidated</th>
          <th scope="col"><span class="hidden">What that did</span></th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    ${moreNote(own)}`
}
