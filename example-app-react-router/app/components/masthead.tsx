import { Link, NavLink } from 'react-router'
import { Bell } from '../../../example-app/components/bell.tsx'
import styles from '../../../example-app/components/masthead.module.css'
import nav from '../../../example-app/components/nav-link.module.css'

export function Masthead() {
  return (
    <header className={styles['masthead']}>
      <div className={styles['inner']}>
        <Link className={styles['name']} to="/">
          <Bell />
          The Ferry Bell
        </Link>
        <p className={styles['motto']}>News of the island, in React Router</p>
        <nav className={styles['nav']} aria-label="Pages">
          <ul>
            <li>
              <NavLink className={({ isActive }) => (isActive ? nav['here'] : nav['link'])} to="/">
                News
              </NavLink>
            </li>
            <li>
              {/* Not a page of React's. */}
              <a className={nav['link']} href="/explorer">
                Explorer
              </a>
            </li>
          </ul>
        </nav>
      </div>
      <div className={styles['waves']} />
    </header>
  )
}
