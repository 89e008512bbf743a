import { createSessionStore } from './session-store.ts'

/** What the panel shows above its bar. On a wide window the facts have their place in the bar. */
export type Drawer = 'facts' | 'renew' | 'none'

const parse = (stored: unknown): Drawer => (stored === 'facts' || stored === 'renew' ? stored : 'none')

export const drawer = createSessionStore('drawer', parse)
