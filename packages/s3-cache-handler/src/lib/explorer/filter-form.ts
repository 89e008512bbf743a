import { FILTER_NAMES, type FilterName, type FilterTexts, SHARED_DEPLOYMENT } from '../inspect/entry-filter.ts'
import type { EntryReport } from '../inspect/describe-entry.ts'
import { ENTRY_KINDS } from '../inspect/stored-entry.ts'
import { html, type Markup } from './html.ts'
import { LABELS } from './labels.ts'
import { linkTo } from './links.ts'

export const STATES: readonly EntryReport['state'][] = ['fresh', 'stale', 'expired', 'damaged']

/** A filter as the query has it, without what was left empty in the form. */
export const filterTexts = (params: URLSearchParams): FilterTexts =>
  Object.fromEntries(
    FILTER_NAMES.flatMap((name) => {
      const text = params.get(name) ?? ''
      return text === '' ? [] : [[name, text]]
    }),
  )

export const filterForm = (texts: FilterTexts, state: string | undefined): Markup =>
  html`<form class="filter panel" method="get" role="search" aria-label="Entries">
    <input type="hidden" name="view" value="entries" />
    ${textField(texts.path === undefined ? 'path-prefix' : 'path', texts, 'wide')}
    ${textField(texts.key === undefined ? 'key-prefix' : 'key', texts, 'wide')} ${textField('tag', texts)}
    <label
      >${LABELS.kind}
      <select name="kind">
        ${choices(ENTRY_KINDS, texts.kind)}
      </select></label
    >
    <label
      >${LABELS.state}
      <select name="state">
        ${choices(STATES, state)}
      </select></label
    >
    ${textField('deployment', texts)}
    <datalist id="deployments"><option value="${SHARED_DEPLOYMENT}">shared by all</option></datalist>
    <div class="actions"><button class="main">Find</button><a href="${linkTo('entries')}">Show all</a></div>
  </form>`

const textField = (name: FilterName, texts: FilterTexts, width?: 'wide'): Markup =>
  html`<label${width && html` class="${width}"`}>${LABELS[name]} <input name="${name}" value="${texts[name]}"${name === 'deployment' && html` list="deployments"`} autocapitalize="none" autocomplete="off" spellcheck="false"></label>`

const choices = (values: readonly string[], chosen: string | undefined): Markup[] =>
  ['', ...values].map(
    (value) => html`<option value="${value}" ${value === (chosen ?? '') && html` selected`}>${value || 'any'}</option>`,
  )
