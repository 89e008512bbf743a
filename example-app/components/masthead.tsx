import Link from 'next/link'
import { Bell } from './bell.tsx'
import styles from './masthead.module.css'
import { NavLink } from './nav-link.tsx'

const PAGES = [
  { href: '/', label: 'News' },
  { href: '/markets', label: 'Prices' },
  { href: '/most-read', label: 'Most read' },
  { href: '/live', label: 'Live' },
  { href: '/archive', label: 'Archive' },
  { href: '/colophon', label: 'About' },
] as const

export function Masthead() {
  return (
    <header className={styles.masthead}>
      <div className={styles.inner}>
        <Link className={styles.name} href="/">
          <Bell />
          The Ferry Bell
        </Link>
        <p className={styles.motto}>News of the island, rung as it comes in</p>
        <nav className={styles.nav} aria-label="Pages">
          <ul>
            {PAGES.map(({ href, label }) => (
              <li key={href}>
                <NavLink href={href}>{label}</NavLink>
              </li>
            ))}
          </ul>
        </nav>
      </div>
      <div className={styles.waves} />
    </header>
  )
}
