import { printable } from '../format.ts'
import { html, type Markup } from './html.ts'
import { linkTo, type ViewName } from './links.ts'
import { exactly } from './moments.ts'
import { shortened } from './shown-names.ts'
import { STYLE_ELEMENT } from './styles.ts'

/** What a view shows: the frame around it is the same for all. */
export interface Page {
  readonly title: string
  readonly content: Markup
  /** Which part of the navigation it belongs to. */
  readonly part?: ViewName | undefined
  readonly status?: number | undefined
}

/** What the frame tells. */
export interface Frame {
  /** The bucket and the prefix, for people. */
  readonly place: string
  /** Whether the process answers visitors, so that there is something to tell of it. */
  readonly isInstance: boolean
  /** By the store's clock, in ms since the Unix epoch. */
  readonly now: number
  /** What an action has come to. */
  readonly flash?: string | undefined
}

/** A dot in the colour of what is fresh. */
const ICON = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="3" fill="#1d8a54"/></svg>')}`

const PARTS: readonly (readonly [ViewName, string])[] = [
  ['entries', 'Entries'],
  ['tags', 'Tags'],
  ['instance', 'This instance'],
]

export function renderPage({ title, content, part }: Page, { place, isInstance, now, flash }: Frame): Markup {
  const parts = PARTS.filter(([view]) => isInstance || view !== 'instance')
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${shortened(printable(title))} · s3-cache explorer</title>
      <link rel="icon" href="${ICON}" />
      ${STYLE_ELEMENT}
    </head>
    <body>
      <a class="skip" href="#content">Skip to the content</a>
      <header>
        <div class="bar">
          <nav aria-label="Explorer">
            <ul>
              ${parts.map(([view, name]) => navigationItem(view, name, view === part))}
            </ul>
          </nav>
          <p><span class="hidden">Cache: </span><span class="key">${printable(place)}</span></p>
        </div>
      </header>
      <main id="content" tabindex="-1">
        ${flash !== undefined && html`<p class="flash" role="status">${printable(flash)}</p>`} ${content}
      </main>
      <footer class="foot"><p>Seen at ${exactly(now)}. All times are by the bucket’s clock.</p></footer>
    </body>
  </html>`
}

const navigationItem = (view: ViewName, name: string, isCurrent: boolean): Markup =>
  html`<li><a href="${linkTo(view)}" ${isCurrent && html` aria-current="page"`}>${name}</a></li>`

/** A page that says what is wrong, and nothing else. */
export const problemPage = (status: number, title: string, says: string): Page => ({
  title,
  status,
  content: html`<h1>${title}</h1>
    <p class="problem" role="alert">${shortened(printable(says))}</p>
    <p><a href="${linkTo('entries')}">All entries</a></p>`,
})
