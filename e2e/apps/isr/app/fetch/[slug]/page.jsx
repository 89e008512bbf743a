import { connection } from 'next/server'
import { RenderFacts } from '../../../lib/render-facts.jsx'

export default async function FetchPage({ params }) {
  await connection()
  const { slug } = await params
  const response = await fetch(`${process.env.ORIGIN_URL}/fetch/${slug}`, {
    next: { revalidate: 3600, tags: [`tag-${slug}`] },
  })
  const { hits } = await response.json()
  return <RenderFacts hits={hits} />
}
