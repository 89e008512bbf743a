import { unstable_cache } from 'next/cache'
import { connection } from 'next/server'
import { askOrigin } from '../../../lib/origin.mjs'
import { RenderFacts } from '../../../lib/render-facts.jsx'

const cached = unstable_cache((slug) => askOrigin(`unstable/${slug}`), ['unstable-page'], { revalidate: 3600 })

export default async function UnstableCachePage({ params }) {
  await connection()
  const { slug } = await params
  const { hits } = await cached(slug)
  return <RenderFacts hits={hits} />
}
