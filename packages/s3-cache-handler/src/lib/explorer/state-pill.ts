import type { EntryReport } from '../inspect/describe-entry.ts'
import { html, type Markup } from './html.ts'

export const statePill = (state: EntryReport['state']): Markup => html`<span class="state ${state}">${state}</span>`
