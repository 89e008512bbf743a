import { useState } from 'react'
import { type Actions, correct, correctByAction, type Order } from '../lib/panel/orders.ts'
import styles from './renew-drawer.module.css'

interface Props {
  readonly slug: string
  readonly actions: Actions | undefined
  readonly pending: boolean
  readonly give: (order: Order) => void
}

const UPDATE = 'correct-and-update'

/** Changes a story where stories come from, so that old and new prints can be told apart. */
export function CorrectionForm({ slug, actions, pending, give }: Props) {
  const [title, setTitle] = useState('')
  return (
    <form
      className={styles.correction}
      onSubmit={(event) => {
        event.preventDefault()
        const byAction = event.nativeEvent.submitter?.id === UPDATE
        give(actions && byAction ? correctByAction(slug, title, actions) : correct(slug, title))
      }}
    >
      <label htmlFor="headline">New headline</label>
      <input
        id="headline"
        value={title}
        required
        pattern=".*\S.*"
        maxLength={120}
        autoComplete="off"
        onChange={({ target }) => setTitle(target.value)}
      />
      <span className={styles.order}>
        <button type="submit" aria-disabled={pending}>
          Correct at the origin
        </button>
        <code>POST /edit/{slug}</code>
      </span>
      {actions && (
        <span className={styles.order}>
          <button type="submit" id={UPDATE} aria-disabled={pending}>
            Correct and update
          </button>
          <code>updateTag(&apos;stories&apos;)</code>
        </span>
      )}
    </form>
  )
}
