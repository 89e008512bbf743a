import { invalidateLater } from '../../../lib/invalidate-later.mjs'

async function write(form) {
  'use server'
  invalidateLater(form)
}

export default function AfterActionPage() {
  return (
    <form action={write}>
      <button type="submit">write</button>
    </form>
  )
}
