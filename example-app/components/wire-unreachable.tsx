import { RenderedAt } from './rendered-at.tsx'
import styles from './wire-unreachable.module.css'

/** What a page shows that was built while the newsroom's origin was away. */
export function WireUnreachable({ title, renderedAt }: { title: string; renderedAt: string }) {
  return (
    <section className={styles.notice}>
      <h1>{title}</h1>
      <p className={styles.lead}>The newsroom’s wire is not reachable.</p>
      <p className={styles.what}>
        This page was built before the newsroom opened. It is being set again right now: reload it in a second or two.
      </p>
      <RenderedAt at={renderedAt} />
    </section>
  )
}
