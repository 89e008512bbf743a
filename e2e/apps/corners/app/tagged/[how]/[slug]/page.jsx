import { unstable_cache } from 'next/cache'
import { askOrigin } from '../../../../lib/origin.mjs'
import { RenderFacts } from '../../../../lib/render-facts.jsx'
import { taggedData } from '../../../../lib/tagged-data.mjs'
import { tagsOf } from '../../../../lib/tags-of.mjs'

export const revalidate = false
export const generateStaticParams = () => []

const WAYS = {
  fetch: taggedData,
  unstable: async (key, tags) => (await unstable_cache(() => askOrigin(`data/${key}`), [key], { tags })()).hits,
}

/** Made of data with the tags that its slug stands for. */
export default async function TaggedPage({ params }) {
  const { how, slug } = await params
  const key = `tagged/${how}/${slug}`
  const data = await WAYS[how](key, tagsOf(slug))
  const { hits } = await askOrigin(key)
  return <RenderFacts hits={hits} data={data} />
}
