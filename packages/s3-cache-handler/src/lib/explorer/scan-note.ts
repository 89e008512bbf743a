import { printable } from '../format.ts'
import type { Scan } from '../inspect/scan-entries.ts'
import { html, type Markup } from './html.ts'
import { shortened } from './shown-names.ts'

/** What the view has not looked at. */
export function scanNote({ isCut, listed, read, tooLarge, failures }: Scan): Markup | false {
  const [failure] = failures
  const notes = [
    isCut && `It stopped after ${listed.toLocaleString('en')} were listed and ${read.toLocaleString('en')} read.`,
    tooLarge > 0 && `${tooLarge} were left out, which are too large to be read here for their state.`,
    failure !== undefined &&
      `${failures.length} could not be read; the first: ${shortened(printable(failure.message))} (${failure.code})`,
  ].filter((note) => note !== false)
  return notes.length > 0 && html`<p class="note">${notes.join(' ')}</p>`
}
