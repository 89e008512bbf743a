import { updateTag } from 'next/cache'
import { redirect } from 'next/navigation'
import { connection } from 'next/server'

async function write(slug) {
  'use server'
  updateTag(`tag-${slug}`)
  redirect(`/tagged/${slug}`)
}

export default async function ActPage({ params }) {
  await connection()
  const { slug } = await params
  return (
    <form action={write.bind(null, slug)}>
      <button type="submit">write</button>
    </form>
  )
}
