import { updateTag } from 'next/cache'
import { Suspense } from 'react'
import { READERS } from '../../../../lib/readers.js'

async function write(slug) {
  'use server'
  updateTag(`tag-${slug}`)
}

/** Shows what its own action makes new. */
export default function OwnPage({ params }) {
  return (
    <Suspense fallback={<p>reading</p>}>
      <Own params={params} />
    </Suspense>
  )
}

async function Own({ params }) {
  const { slug } = await params
  return (
    <form action={write.bind(null, slug)}>
      <output id="render">{await READERS.cached(slug)}</output>
      <button type="submit">write</button>
    </form>
  )
}
