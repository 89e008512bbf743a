import styles from '../../../example-app/components/rendered-at.module.css'
import { formatClock } from '../../../example-app/lib/format.ts'

/** When what is shown was asked of the origin: it is part of what is kept, and as old as that. */
export function PrintedAt({ at }: { readonly at: Date }) {
  const iso = at.toISOString()
  return (
    <p className={styles['stamp']}>
      Printed at <time dateTime={iso}>{formatClock(iso)}</time>
    </p>
  )
}
