import Link from 'next/link'
import styles from './footer.module.css'

/** Known when the app is built: the footer is a part of pages that are printed then. */
const OTHER_EDITION = process.env.NEXT_PUBLIC_OTHER_EDITION_URL

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
          {OTHER_EDITION && (
            <>
              <br />
              <a href={OTHER_EDITION}>The edition in React Router</a>
            </>
          )}
        </p>
      </div>
    </footer>
  )
}
