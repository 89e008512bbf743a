import type { ReactNode } from 'react'
import { Footer } from './footer.tsx'
import { Masthead } from './masthead.tsx'
import { ServingPanel } from './serving-panel.tsx'
import styles from './shell.module.css'

/** What surrounds every page, in both of Next's routers. */
export function Shell({ children }: { children: ReactNode }) {
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
      <ServingPanel />
    </>
  )
}
