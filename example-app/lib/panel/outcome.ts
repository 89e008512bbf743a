import { formatClock } from '../format.ts'
import type { Reply } from '../renew/reply.ts'
import type { Order } from './orders.ts'
import { createSessionStore } from './session-store.ts'

/** What became of an order, in plain words. */
export interface Outcome {
  readonly kind: Reply['kind']
  readonly text: string
}

/** The last one. */
export const outcome = createSessionStore('outcome', parse)

export function tell({ asked, effect }: Order, reply: Reply, at: Date): Outcome {
  const who = reply.instance === undefined ? 'An instance' : `Instance ${reply.instance}`
  const what = `${who} was asked at ${formatClock(at.toISOString())} to ${asked}`
  if (reply.kind === 'failed') {
    const reason = reply.reason.replace(/\.$/, '')
    return { kind: 'failed', text: `${what}, and failed: ${reason}. The next view is not new, unless its time is up.` }
  }
  const deleted = reply.deleted === undefined ? '' : `It deleted ${entries(reply.deleted)}. `
  return { kind: 'done', text: `${what}. ${deleted}${effect}` }
}

const entries = (count: number): string => (count === 1 ? '1 entry' : `${count} entries`)

function parse(stored: unknown): Outcome | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined
  const { kind, text } = stored as Record<string, unknown>
  if (typeof text !== 'string') return undefined
  return { kind: kind === 'failed' ? kind : 'done', text }
}
