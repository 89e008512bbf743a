import { cacheTag } from 'next/cache'
import { makeFacts } from '../../../lib/facts.js'

export const generateStaticParams = () => [{ slug: 'built' }]

export async function GET(_request, { params }) {
  const { slug } = await params
  return new Response(await facts(slug))
}

async function facts(slug) {
  'use cache'
  cacheTag(`tag-${slug}`)
  return await makeFacts(`tagged-route/${slug}`)
}
