import { useSyncExternalStore, useTransition } from 'react'
import type { Reply } from '../renew/reply.ts'
import type { Order } from './orders.ts'
import { type Outcome, outcome, tell } from './outcome.ts'

interface Orders {
  readonly last: Outcome | undefined
  readonly pending: boolean
  readonly give: (order: Order) => void
}

/** Gives orders, one at a time, and keeps what became of the last one. */
export function useOrders(): Orders {
  const last = useSyncExternalStore(outcome.subscribe, outcome.get, () => undefined)
  // A transition, so that a server action's new page appears with its answer.
  const [pending, startTransition] = useTransition()
  return {
    last,
    pending,
    give(order) {
      if (pending) return
      startTransition(async () => {
        const reply = await order.send().catch(unanswered)
        outcome.set(tell(order, reply, new Date()))
      })
    },
  }
}

const unanswered = (error: unknown): Reply => ({
  kind: 'failed',
  reason: error instanceof Error ? error.message : String(error),
})
