import { cacheTag } from 'next/cache'
import { makeFacts } from '../../../../lib/facts.js'

// Next wants one at least; all others are rendered at their first request.
export const generateStaticParams = () => [{ slug: 'built' }]

// There is no shell to show before the slug is known.
export const instant = false

export default async function TaggedPage({ params }) {
  'use cache'
  const { slug } = await params
  cacheTag(`tag-${slug}`)
  return <output id="render">{await makeFacts(`tagged/${slug}`)}</output>
}
