'use client'

import { formatClock } from '../lib/format.ts'
import { useShownView } from '../lib/panel/use-shown-view.ts'
import styles from './rendered-at.module.css'

/** The time at which the server rendered this page; it is part of the page and as old as the page. */
export function RenderedAt({ at }: { at: string }) {
  useShownView(at)
  return (
    <p className={styles.stamp}>
      Printed at <time dateTime={at}>{formatClock(at)}</time>
    </p>
  )
}
