import { RenderedAt } from './rendered-at.tsx'
import styles from './page-header.module.css'

interface Props {
  readonly title: string
  readonly intro: string
  readonly renderedAt: string
}

export function PageHeader({ title, intro, renderedAt }: Props) {
  return (
    <div className={styles.header}>
      <h1>{title}</h1>
      <p className={styles.intro}>{intro}</p>
      <RenderedAt at={renderedAt} />
    </div>
  )
}
