import { Form, useNavigation } from 'react-router'
import styles from './correction-form.module.css'

/** Posts to the page that it is on, with and without JavaScript. */
export function CorrectionForm({ problem }: { readonly problem: string | undefined }) {
  const isPending = useNavigation().state !== 'idle'
  return (
    <Form method="post" className={styles['form']}>
      <label htmlFor="headline">Correct the headline</label>
      <input id="headline" name="title" required maxLength={120} autoComplete="off" />
      {/* Not `disabled`: a button that is would lose the focus. */}
      <button type="submit" aria-disabled={isPending}>
        Correct
      </button>
      <p role="status">{problem ?? 'Both editions show it within a second.'}</p>
    </Form>
  )
}
