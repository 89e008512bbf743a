import { unstable_cacheTag as cacheTag } from 'next/cache'
import { connection } from 'next/server'
import { askOrigin } from '../../../lib/origin.mjs'
import { RenderFacts } from '../../../lib/render-facts.jsx'

/** Both values are read at each request. Only a page where the config has `use cache`. */
export default async function CachedPage({ params }) {
  await connection()
  const { slug } = await params
  return <RenderFacts hits={await cached(slug)} data={await remote(slug)} />
}

async function cached(slug) {
  'use cache'
  cacheTag(`tag-${slug}`)
  const { hits } = await askOrigin(`cached/${slug}`)
  return hits
}

async function remote(slug) {
  'use cache: remote'
  cacheTag(`tag-${slug}`)
  const { hits } = await askOrigin(`remote/${slug}`)
  return hits
}
