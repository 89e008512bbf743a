import Link from 'next/link'
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

function Bell() {
  return (
    <svg className={styles.bell} viewBox="0 0 64 72" aria-hidden="true">
      <path d="M32 0a6 6 0 0 1 6 6v4c12 3 17 13 17 26v14l9 8v4H0v-4l9-8V36C9 23 14 13 26 10V6a6 6 0 0 1 6-6Z" />
      <circle cx="32" cy="65" r="7" />
    </svg>
  )
}
