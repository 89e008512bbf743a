import { InvalidOptionError } from '../errors.ts'
import { printable } from '../format.ts'
import type { EntryReport } from '../inspect/describe-entry.ts'
import { entryFilterFrom, type FilterTexts } from '../inspect/entry-filter.ts'
import type { EntryFilter } from '../inspect/find-entries.ts'
import { cursorOf, cursorText, type ListCursor } from '../inspect/list-cursor.ts'
import { readInvalidations } from '../inspect/read-invalidations.ts'
import { type Scan, scanEntries } from '../inspect/scan-entries.ts'
import { entryTable } from './entry-table.ts'
import { filterForm, filterTexts, STATES } from './filter-form.ts'
import { html, type Markup } from './html.ts'
import { calledField } from './labels.ts'
import { linkTo } from './links.ts'
import type { Page } from './page.ts'
import { scanNote } from './scan-note.ts'
import { shortened } from './shown-names.ts'
import { SCAN_LIMITS } from './view-limits.ts'
import type { Visit } from './visit.ts'

export async function entriesView({ open, params, now }: Visit): Promise<Page> {
  const asked = askedFor(params)
  if (asked.kind === 'wrong') return entriesPage(asked, html`<p class="problem" role="alert">${asked.says}</p>`)
  const { texts, state, filter, from } = asked
  await readInvalidations(open)
  const scan = await scanEntries(open, { filter, state, from: from ?? {} }, SCAN_LIMITS)
  const isNarrowed = Object.keys(texts).length > 0 || state !== undefined
  const found = html`<section class="panel" aria-label="What was found">
    ${scan.entries.length === 0 ? emptyNote(scan, isNarrowed) : entryTable(scan.entries, { caption: captionOf(from, isNarrowed), open, now })}
    ${scanNote(scan)} ${more({ ...texts, state }, scan)}
  </section>`
  return entriesPage(asked, html`${found}${clearLink(texts, state, scan)}`)
}

type Asked = { readonly texts: FilterTexts; readonly state: string | undefined } & (
  | {
      readonly kind: 'right'
      readonly state: EntryReport['state'] | undefined
      readonly filter: EntryFilter
      readonly from: ListCursor | undefined
    }
  | { readonly kind: 'wrong'; readonly says: string }
)

function askedFor(params: URLSearchParams): Asked {
  const texts = filterTexts(params)
  const [state, from] = [params.get('state') ?? undefined, params.get('from')]
  try {
    const filter = entryFilterFrom(texts, calledField)
    return { kind: 'right', texts, state: stateOf(state), filter, from: from === null ? undefined : cursorOf(from) }
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error
    return { kind: 'wrong', texts, state, says: shortened(printable(error.message)) }
  }
}

const entriesPage = ({ kind, texts, state }: Asked, found: Markup): Page => ({
  title: 'Entries',
  part: 'entries',
  status: kind === 'wrong' ? 400 : 200,
  content: html`<h1>Entries</h1>
    ${filterForm(texts, state)} ${found}`,
})

function stateOf(text: string | undefined = ''): EntryReport['state'] | undefined {
  const state = STATES.find((known) => known === text)
  if (text === '' || state !== undefined) return state
  throw new InvalidOptionError('state', `${calledField('state')} must be one of ${STATES.join(', ')}, got "${text}"`)
}

function captionOf(from: ListCursor | undefined, isNarrowed: boolean): string {
  const which = isNarrowed ? 'What was found' : 'All entries'
  return `${from === undefined ? which : 'Further entries'}, in the order of the bucket. The state is that for a reader with the entry’s own tags.`
}

const emptyNote = ({ isCut }: Scan, isNarrowed: boolean): Markup =>
  isCut
    ? html`<p>Nothing was found so far.</p>`
    : html`<p>${isNarrowed ? 'No entry is like that.' : 'There are no entries.'}</p>`

function more(texts: Readonly<Record<string, string | undefined>>, { next, isCut }: Scan): Markup | false {
  if (next === undefined) return false
  const link = linkTo('entries', { ...texts, from: cursorText(next) })
  return html`<p><a class="button" href="${link}">${isCut ? 'Look further' : 'Next page'}</a></p>`
}

/** What is found by its state cannot be cleared by it, and what is cleared by its tag goes whatever else it is. */
function clearLink(texts: FilterTexts, state: string | undefined, { entries }: Scan): Markup | false {
  const narrowedBy = Object.keys(texts)
  const isOfTag = texts.tag !== undefined
  if (entries.length === 0 || state !== undefined || (isOfTag && narrowedBy.length > 1)) return false
  const isAll = narrowedBy.length === 0
  const link = linkTo('confirm', { do: 'clear', ...texts, ...(isAll && { all: 'yes' }) })
  return html`<p><a class="button" href="${link}">${isAll ? 'Clear everything…' : 'Clear what is like that…'}</a></p>`
}
