import { unstable_cache } from 'next/cache'
import { connection } from 'next/server'
import { askOrigin } from '../../../lib/origin.mjs'
import { RenderFacts } from '../../../lib/render-facts.jsx'

export default async function TaggedUnstableCachePage({ params }) {
  await connection()
  const { slug } = await params
  const key = `tagged-unstable/${slug}`
  const { hits } = await unstable_cache(() => askOrigin(key), [key], { revalidate: 3600, tags: [`tag-${slug}`] })()
  return <RenderFacts hits={hits} />
}
