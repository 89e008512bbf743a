import { html, type Markup } from './html.ts'

/** Asks how a tag or a path is to be revalidated; whether it is, is asked then. */
export const revalidateForm = (subject: Readonly<Record<string, string>>): Markup =>
  html`<form method="get" aria-label="Revalidate">
    ${Object.entries({ view: 'confirm', do: 'revalidate', ...subject }).map(hiddenField)}
    <label>
      What is older is
      <select name="mode">
        <option value="hard">gone now</option>
        <option value="soft">stale now</option>
      </select>
    </label>
    <label>
      If stale, gone in seconds
      <input name="expire" type="number" min="1" step="1" placeholder="never" />
    </label>
    <button>Revalidate…</button>
  </form>`

const hiddenField = ([name, value]: readonly [string, string]): Markup =>
  html`<input type="hidden" name="${name}" value="${value}" />`
