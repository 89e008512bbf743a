import { createHash } from 'node:crypto'
import { html, type Markup } from './html.ts'
import { BASE } from './styles/base.ts'
import { CHARTS } from './styles/charts.ts'
import { COLOURS } from './styles/colours.ts'
import { CONTENT } from './styles/content.ts'
import { CONTROLS } from './styles/controls.ts'
import { FRAME } from './styles/frame.ts'
import { TIMELINE } from './styles/timeline.ts'

/** The whole of what makes the pages look as they do: no font, no image, nothing from elsewhere. */
export const STYLE_ELEMENT: Markup = html`<style>
  ${[COLOURS, BASE, FRAME, CONTROLS, CONTENT, TIMELINE, CHARTS]}
</style>`

/** For the policy of the pages, which allows these styles and no others. */
export const STYLE_HASH: string = `sha256-${createHash('sha256').update(contentOf(STYLE_ELEMENT)).digest('base64')}`

/** To the last space, as browsers hash it. */
function contentOf(element: Markup): string {
  const text = element.toString()
  return text.slice(text.indexOf('>') + 1, text.lastIndexOf('<'))
}
