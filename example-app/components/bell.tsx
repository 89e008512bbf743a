import styles from './masthead.module.css'

/** Rings where the pointer is on the paper's name. */
export function Bell() {
  return (
    <svg className={styles.bell} viewBox="0 0 64 72" aria-hidden="true">
      <path d="M32 0a6 6 0 0 1 6 6v4c12 3 17 13 17 26v14l9 8v4H0v-4l9-8V36C9 23 14 13 26 10V6a6 6 0 0 1 6-6Z" />
      <circle cx="32" cy="65" r="7" />
    </svg>
  )
}
