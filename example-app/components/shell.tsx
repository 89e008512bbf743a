import type { ReactNode } from 'react'
import type { Actions } from '../lib/panel/orders.ts'
import { Footer } from './footer.tsx'
import { Masthead } from './masthead.tsx'
import { ServingPanel } from './serving-panel.tsx'
import styles from './shell.module.css'

interface Props {
  readonly actions?: Actions
  readonly children: ReactNode
}

/** What surrounds every page, in both of Next's routers. */
export function Shell({ actions, children }: Props) {
  return (
    <>
      <a className={styles.skip} href="#content">
        Skip to the news
      </a>
      <Masthead />
      <main id="content" className={styles.main} tabIndex={-1}>
        {children}
      </main>
      <Footer />
      <ServingPanel actions={actions} />
    </>
  )
}
