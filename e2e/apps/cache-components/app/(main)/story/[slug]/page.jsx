import { cacheTag } from 'next/cache'
import { connection } from 'next/server'
import { Suspense } from 'react'
import { makeFacts } from '../../../../lib/facts.js'
import { askOrigin } from '../../../../lib/origin.js'

export const generateStaticParams = () => [{ slug: 'built' }]

/** The story is part of the shell, where its slug is known; the hole never is. */
export default function StoryPage({ params }) {
  return (
    <main>
      <h1>A story</h1>
      <Suspense fallback={<p>story</p>}>
        <Story params={params} />
      </Suspense>
      <Suspense fallback={<p>hole</p>}>
        <Hole params={params} />
      </Suspense>
    </main>
  )
}

async function Story({ params }) {
  const { slug } = await params
  return <output id="render">{await story(slug)}</output>
}

async function story(slug) {
  'use cache'
  cacheTag(`tag-${slug}`)
  return await makeFacts(`story/${slug}`)
}

async function Hole({ params }) {
  await connection()
  const { slug } = await params
  return <output id="hole">visit {await askOrigin(`hole/${slug}`)}</output>
}
