import { formatBytes, printable } from '../format.ts'
import { type EntryReport, reportOf } from '../inspect/describe-entry.ts'
import { bodyOf } from '../inspect/entry-body.ts'
import type { ReadEntry } from '../inspect/read-entry.ts'
import { readInvalidations } from '../inspect/read-invalidations.ts'
import { reasonText } from '../inspect/reason-text.ts'
import type { StoredEntry } from '../inspect/stored-entry.ts'
import { bodyContent, responseSection } from './entry-response.ts'
import { tagTable } from './entry-tags.ts'
import { type Fact, facts, literal } from './facts.ts'
import { firstRows, moreNote } from './first-rows.ts'
import { findEntry } from './found-entry.ts'
import { html, type Markup } from './html.ts'
import { linkTo } from './links.ts'
import { exactly, moment } from './moments.ts'
import { type Page, problemPage } from './page.ts'
import { revalidateForm } from './revalidate-form.ts'
import { metaLine } from './meta-line.ts'
import { deploymentOf, nameOf, referenceOf, responseNotes, shortened } from './shown-names.ts'
import { statePill } from './state-pill.ts'
import { timeline } from './timeline.ts'
import type { ExploredCache, Visit } from './visit.ts'

export async function entryView({ open, params, now }: Visit): Promise<Page> {
  const found = await findEntry(open, params.get('object') ?? '')
  if (found === undefined) return { ...noEntryPage(), part: 'entries' }
  if (found.kind === 'too-large') return tooLargePage(open, found.stored, now)
  await readInvalidations(open)
  const report = reportOf(open.cache, found.stored, found.read)
  const body = found.read.kind === 'entry' ? bodyOf(found.read.entry) : undefined
  return {
    title: nameOf(report),
    part: 'entries',
    content: html`${heading(report)} ${whySection(report, now)} ${actions(open, report)}
      <div class="pair">
        <section class="panel">
          <h2>Tags</h2>
          ${tagTable(open, report, now)}
        </section>
        <section class="panel">
          <h2>Stored</h2>
          ${storedFacts(report, found.read, now)}
        </section>
      </div>
      ${body?.headers !== undefined && responseSection(body)}
      <section class="panel">
        <h2>Body</h2>
        ${await bodyContent(open, report, body)}
      </section>`,
  }
}

const noEntryPage = (): Page =>
  problemPage(
    404,
    'No such entry',
    'There is no entry of this name: it may have been deleted, or made under another one.',
  )

const tooLargePage = ({ layout }: ExploredCache, stored: StoredEntry, now: number): Page => ({
  title: nameOf(stored),
  part: 'entries',
  content: html`${heading(stored)}
    <p class="note">
      Its ${formatBytes(stored.size)} are too much to be read here: <code>s3-cache get --object</code> does.
    </p>
    <section class="panel">
      <h2>Stored</h2>
      ${facts(storedRows(stored, now))}
    </section>
    <p><a class="button" href="${deleteLink(layout, stored)}">Delete this entry…</a></p>`,
})

const heading = (entry: StoredEntry | EntryReport): Markup =>
  html`<div class="head">
    ${'state' in entry && statePill(entry.state)}
    <h1 class="key">${nameOf(entry)}</h1>
    ${metaLine([entry.kind, ...responseNotes(entry), deploymentOf(entry), formatBytes(entry.size)])}
  </div>`

const SENTENCES: Readonly<Record<EntryReport['state'], string>> = {
  fresh: 'It is served as it is.',
  stale: 'It is served once more while a new one is made.',
  expired: 'It is not served any more: who asks for it waits for a new one.',
  damaged: 'It cannot be read: who asks for it gets a new one.',
}

function whySection(report: EntryReport, now: number): Markup {
  const reasons = firstRows(report.reasons).map(
    (reason) => html`<li>${shortened(printable(reasonText(reason, now)))}</li>`,
  )
  return html`<section class="panel ${report.state}">
    <h2>${report.state === 'fresh' ? 'Fresh' : `Why it is ${report.state}`}</h2>
    ${
      reasons.length > 0 &&
      html`<ul class="reasons">
        ${reasons}
      </ul>`
    }
    ${moreNote(report.reasons)}
    <p>${SENTENCES[report.state]}</p>
    ${timeline(report, now)}
  </section>`
}

const storedRows = (stored: StoredEntry, now: number): Fact[] => [
  ['Written', html`${moment(stored.storedAt, now)} (${exactly(stored.storedAt)})`],
  ['Object', html`<span class="key">${printable(stored.objectKey)}</span>`],
  [
    'Key',
    stored.key !== undefined && nameOf(stored) !== shortened(printable(stored.key)) ? literal(stored.key) : undefined,
  ],
]

function storedFacts(report: EntryReport, { object }: ReadEntry, now: number): Markup {
  const { contentType, etag } = object
  return facts([
    ...storedRows(report, now),
    ['ETag', literal(etag)],
    ['Media type', contentType === undefined ? undefined : literal(contentType)],
  ])
}

const deleteLink = (layout: ExploredCache['layout'], { objectKey }: StoredEntry): string =>
  linkTo('confirm', { do: 'delete', object: referenceOf(layout, objectKey) })

function actions({ layout }: ExploredCache, report: EntryReport): Markup {
  const { path, objectKey } = report
  return html`<section class="panel">
    <h2>Actions</h2>
    <div class="actions">
      ${path !== undefined && revalidateForm({ path, object: referenceOf(layout, objectKey) })}
      <a class="button" href="${deleteLink(layout, report)}">Delete this entry…</a>
    </div>
  </section>`
}
