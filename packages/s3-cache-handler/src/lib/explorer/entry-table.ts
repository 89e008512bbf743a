import { formatBytes, printable } from '../format.ts'
import { isImplicitTag } from '../index/tag-index.ts'
import type { EntryReport } from '../inspect/describe-entry.ts'
import { reasonText } from '../inspect/reason-text.ts'
import type { ScannedEntry } from '../inspect/scan-entries.ts'
import { html, type Markup } from './html.ts'
import { linkTo } from './links.ts'
import { metaLine } from './meta-line.ts'
import { moment } from './moments.ts'
import { nameOf, referenceOf, responseNotes, shortened } from './shown-names.ts'
import { statePill } from './state-pill.ts'
import type { Visit } from './visit.ts'

interface TableContext extends Pick<Visit, 'open' | 'now'> {
  readonly caption: string
}

/** Entries with their states, and what the times do not tell of those. */
export function entryTable(entries: readonly ScannedEntry[], { caption, ...visit }: TableContext): Markup {
  return html`<table>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        <th scope="col">State</th>
        <th scope="col">Entry</th>
        <th scope="col" class="broad">Made</th>
        <th scope="col" class="broad">Stale</th>
        <th scope="col" class="broad">Gone</th>
        <th scope="col" class="number broad">Size</th>
      </tr>
    </thead>
    <tbody>
      ${entries.map((entry) => row(entry, visit))}
    </tbody>
  </table>`
}

function row(entry: ScannedEntry, { open: { layout }, now }: Pick<Visit, 'open' | 'now'>): Markup {
  const report = 'state' in entry ? entry : undefined
  const link = linkTo('entry', { object: referenceOf(layout, entry.objectKey) })
  return html`<tr>
    <td>${report === undefined ? html`<span class="state">not read</span>` : statePill(report.state)}</td>
    <th scope="row">
      <a class="key" href="${link}">${nameOf(entry)}</a>
      ${metaLine([entry.kind, ...responseNotes(entry), printable(entry.deployment ?? 'shared'), ...ownTags(report)])}
      <p class="narrow soft">
        ${formatBytes(entry.size)}${report?.staleAt !== undefined && html`, stale ${moment(report.staleAt, now)}`}
      </p>
      ${report !== undefined && whyNote(report, now)}
    </th>
    <td class="time broad">${moment(report?.madeAt, now)}</td>
    <td class="time broad">${moment(report?.staleAt, now)}</td>
    <td class="time broad">${moment(report?.expiresAt, now)}</td>
    <td class="number broad">${formatBytes(entry.size)}</td>
  </tr>`
}

/** What the times do not tell. */
function whyNote({ reasons }: EntryReport, now: number): Markup | false {
  const reason = reasons.find(({ by }) => by !== 'revalidate' && by !== 'expire')
  return reason !== undefined && html`<p class="soft">${shortened(printable(reasonText(reason, now)))}</p>`
}

/** So many are named in a row. */
const MAX_TAGS = 6

function ownTags(report: EntryReport | undefined): Markup[] {
  const tags = (report?.tags ?? []).filter((tag) => !isImplicitTag(tag))
  const named = tags.slice(0, MAX_TAGS).map((tag) => html`<span class="key">#${shortened(printable(tag))}</span>`)
  return tags.length > MAX_TAGS ? [...named, html`${tags.length - MAX_TAGS} more`] : named
}
