import Link from 'next/link'
import styles from './footer.module.css'

export function Footer() {
  return (
    <footer className={styles.footer}>
      <div className={styles.inner}>
        <p>
          The Ferry Bell is a newspaper of an island that does not exist, printed by more than one server and kept in
          one bucket.
        </p>
        <p>
          <Link href="/colophon">How each page is kept</Link>
        </p>
      </div>
    </footer>
  )
}
