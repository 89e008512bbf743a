'use client'

import { usePathname } from 'next/navigation'
import type { Actions, ButtonOrder } from '../lib/panel/orders.ts'
import { ordersFor, slugOf } from '../lib/panel/orders-for.ts'
import { useOrders } from '../lib/panel/use-orders.ts'
import { CorrectionForm } from './correction-form.tsx'
import styles from './renew-drawer.module.css'

interface Props {
  readonly id: string
  readonly open: boolean
  readonly actions: Actions | undefined
}

/** Buttons that have a page made anew, each in another of Next's ways, and what became of the last order. */
export function RenewDrawer({ id, open, actions }: Props) {
  const path = usePathname() ?? ''
  const { last, pending, give } = useOrders()
  const orders = ordersFor(path, actions)
  const slug = slugOf(path)
  return (
    <section className={styles.drawer} id={id} hidden={!open} aria-label="Renew this page">
      {/* On top: the panel grows upwards, and the buttons stay where they are. */}
      <p className={styles.outcome} role="status" data-kind={pending ? 'pending' : last?.kind}>
        {pending ? 'Asking …' : last?.text}
      </p>
      <p className={styles.intro}>
        {orders.length === 1 && 'This page is never kept: it is new at every visit. '}
        One instance is asked, and the others follow within a second. Reload for the next view.
      </p>
      <ul className={styles.orders}>
        {orders.map((order) => (
          <OrderButton key={order.label} order={order} pending={pending} give={give} />
        ))}
      </ul>
      {slug !== undefined && <CorrectionForm key={slug} slug={slug} actions={actions} pending={pending} give={give} />}
    </section>
  )
}

interface OrderButtonProps {
  readonly order: ButtonOrder
  readonly pending: boolean
  readonly give: (order: ButtonOrder) => void
}

function OrderButton({ order, pending, give }: OrderButtonProps) {
  return (
    <li className={styles.order}>
      {/* Not `disabled`: a button that is would lose the focus. */}
      <button type="button" aria-disabled={pending} onClick={() => give(order)}>
        {order.label}
      </button>
      <code>{order.code}</code>
    </li>
  )
}
