import { connection } from 'next/server'
import { RenderFacts } from '../../../lib/render-facts.jsx'

/** Rendered at each request, from data that deployments share. */
export default async function FetchedPage({ params }) {
  await connection()
  const { slug } = await params
  const url = `${process.env.ORIGIN_URL}/fetched/${slug}`
  const response = await fetch(url, { cache: 'force-cache', next: { tags: [`tag-${slug}`] } })
  const { hits } = await response.json()
  return <RenderFacts hits={hits} />
}
