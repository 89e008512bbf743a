import { formatBytes } from '../format.ts'
import type { EntryReport } from '../inspect/describe-entry.ts'
import type { EntryBody } from '../inspect/entry-body.ts'
import { facts, literal } from './facts.ts'
import { firstRows, moreNote } from './first-rows.ts'
import { html, type Markup } from './html.ts'
import { preview } from './preview.ts'
import { nameOf, referenceOf } from './shown-names.ts'
import type { ExploredCache } from './visit.ts'

/** The status and the headers that a response is sent with. */
export function responseSection({ status, headers = {} }: EntryBody): Markup {
  const all = Object.entries(headers)
  const rows = firstRows(all).map(([name, value]) => [literal(name), literal(String(value))] as const)
  return html`<section class="panel">
    <h2>Response${status !== undefined && ` ${status}`}</h2>
    ${rows.length === 0 ? html`<p class="soft">It has no headers.</p>` : facts(rows)} ${moreNote(all)}
  </section>`
}

/** The body, as it may be shown. */
export async function bodyContent(
  { layout }: Pick<ExploredCache, 'layout'>,
  report: EntryReport,
  body: EntryBody | undefined,
): Promise<Markup> {
  if (report.state === 'damaged') return html`<p class="soft">What is stored is no entry.</p>`
  if (body === undefined) return html`<p class="soft">It has none, as a redirect or what was not found.</p>`
  const { bytes, contentType, codec } = body
  return html`<p class="soft">
      ${formatBytes(bytes.length)}${contentType !== undefined && html`, ${literal(contentType)}`}${codec !== undefined && html`, by the codec ${literal(codec)}`}
    </p>
    ${bytes.length > 0 && (await preview(body, { name: nameOf(report), reference: referenceOf(layout, report.objectKey) }))}`
}
