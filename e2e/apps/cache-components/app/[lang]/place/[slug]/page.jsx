import { cacheTag } from 'next/cache'
import { lang } from 'next/root-params'
import { connection } from 'next/server'
import { Suspense } from 'react'
import { makeFacts } from '../../../../lib/facts.js'

/** The value is read at each request, and depends on the language without being told it. */
export default function PlacePage({ params }) {
  return (
    <Suspense fallback={<p>reading</p>}>
      <Value params={params} />
    </Suspense>
  )
}

async function Value({ params }) {
  await connection()
  const { slug } = await params
  return <output id="render">{await place(slug)}</output>
}

async function place(slug) {
  'use cache'
  const language = await lang()
  cacheTag(`tag-${language}-${slug}`)
  return await makeFacts(`place/${language}/${slug}`)
}
