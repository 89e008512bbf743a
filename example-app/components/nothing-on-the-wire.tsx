import { useShownView } from '../lib/panel/use-shown-view.ts'
import styles from './wire-unreachable.module.css'

/** What a reader gets when a page can neither be rendered nor found. */
export function NothingOnTheWire() {
  useShownView(undefined)
  return (
    <section className={styles.notice}>
      <h1>Nothing on the wire</h1>
      <p className={styles.lead}>This page could not be set, and no earlier print of it is at hand.</p>
      <p>The newsroom’s origin may be away. Pages that were printed before can still be read.</p>
    </section>
  )
}
