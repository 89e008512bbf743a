import { printable } from '../format.ts'
import { headerSafe } from '../header-safe.ts'
import { isImplicitTag } from '../index/tag-index.ts'
import { countEntries } from '../inspect/count-entries.ts'
import { type Invalidation, lastInvalidation } from '../inspect/last-invalidation.ts'
import { readInvalidations } from '../inspect/read-invalidations.ts'
import { scanEntries } from '../inspect/scan-entries.ts'
import { countTitle } from './count-text.ts'
import { entryTable } from './entry-table.ts'
import { html, type Markup } from './html.ts'
import { linkTo } from './links.ts'
import { metaLine } from './meta-line.ts'
import { exactly, moment } from './moments.ts'
import { type Page, problemPage } from './page.ts'
import { revalidateForm } from './revalidate-form.ts'
import { scanNote } from './scan-note.ts'
import { shortened } from './shown-names.ts'
import { MAX_COUNT_LISTINGS, SCAN_LIMITS } from './view-limits.ts'
import type { ExploredCache, Visit } from './visit.ts'

/** So many of its entries are shown at once. */
const SHOWN = 20

export async function tagView({ open, params, now }: Visit): Promise<Page> {
  const tag = headerSafe(params.get('tag') ?? '')
  if (tag === '') return { ...problemPage(400, 'Which tag?', 'No tag is named.'), part: 'tags' }
  await readInvalidations(open)
  const isImplicit = isImplicitTag(tag)
  const last = lastInvalidation(open, tag)
  return {
    title: `Tag ${tag}`,
    part: 'tags',
    content: html`<div class="head">
        <h1>Tag <span class="key">${shortened(printable(tag))}</span></h1>
        ${isImplicit && metaLine(['For a path, Next’s own or of responses: no index names its entries'])}
      </div>
      <section class="panel">
        <h2>Invalidated</h2>
        <p>${last === undefined ? 'Not within the last year.' : eventText(last, now)}</p>
      </section>
      ${!isImplicit && (await carriers(open, tag, now))}
      <section class="panel">
        <h2>Actions</h2>
        <div class="actions">
          ${revalidateForm({ tag })}
          ${!isImplicit && html`<a class="button" href="${linkTo('confirm', { do: 'clear', tag })}">Clear its entries…</a>`}
        </div>
      </section>`,
  }
}

/** What carries it, and what its invalidations have come to there. */
async function carriers(open: ExploredCache, tag: string, now: number): Promise<Markup> {
  const count = await countEntries(open, { tag }, MAX_COUNT_LISTINGS)
  const scan = await scanEntries(open, { filter: { tag } }, { ...SCAN_LIMITS, entries: SHOWN })
  const { entries, next } = scan
  const caption = 'What the index names and still carries it.'
  return html`<section class="panel">
    <h2>${countTitle(count)}</h2>
    ${entries.length === 0 ? html`<p class="soft">Nothing that carries it was found.</p>` : entryTable(entries, { caption, open, now })}
    ${scanNote(scan)}
    ${next !== undefined && html`<p><a class="button" href="${linkTo('entries', { tag })}">All of them</a></p>`}
  </section>`
}

function eventText({ at, kind, deadline = Infinity }: Invalidation, now: number): Markup {
  const says = kind === 'hard' ? 'what was older is gone' : 'what was older is stale'
  const end = deadline !== Infinity && html`, and gone ${moment(deadline, now)} (${exactly(deadline)})`
  return html`${moment(at, now)} (${exactly(at)}), ${kind}: ${says}${end}.`
}
