import styles from '../../../example-app/components/footer.module.css'

const OTHER_EDITION = import.meta.env['VITE_OTHER_EDITION_URL'] as string | undefined

export function Footer() {
  return (
    <footer className={styles['footer']}>
      <div className={styles['inner']}>
        <p>
          The Ferry Bell is a newspaper of an island that does not exist. This edition is printed by React Router, and
          kept in the bucket of the Next.js edition.
        </p>
        {OTHER_EDITION && (
          <p>
            <a href={OTHER_EDITION}>The edition in Next.js</a>
          </p>
        )}
      </div>
    </footer>
  )
}
