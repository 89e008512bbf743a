import { revalidateTag, updateTag } from 'next/cache'

async function write(form) {
  'use server'
  const tag = form.get('tag')
  updateTag(tag)
  if (form.get('also') === 'soft') revalidateTag(tag, 'max')
}

export default function ActPage() {
  return (
    <form action={write}>
      <input name="tag" aria-label="tag" />
      <button type="submit">write</button>
    </form>
  )
}
