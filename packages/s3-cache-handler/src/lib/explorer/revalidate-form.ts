import { html, type Markup } from './html.ts'
import { LABELS, MODES } from './labels.ts'

/** Asks how a tag or a path is to be revalidated; whether it is, is asked then. */
export const revalidateForm = (subject: Readonly<Record<string, string>>): Markup =>
  html`<form method="get" aria-label="Revalidate">
    ${Object.entries({ view: 'confirm', do: 'revalidate', ...subject }).map(hiddenField)}
    <label>
      ${LABELS.mode}
      <select name="mode">
        ${Object.entries(MODES).map(([mode, label]) => html`<option value="${mode}">${label}</option>`)}
      </select>
    </label>
    <label>
      ${LABELS.expire}
      <input name="expire" type="number" min="1" step="1" placeholder="never" />
    </label>
    <button>Revalidate…</button>
  </form>`

const hiddenField = ([name, value]: readonly [string, string]): Markup =>
  html`<input type="hidden" name="${name}" value="${value}" />`
