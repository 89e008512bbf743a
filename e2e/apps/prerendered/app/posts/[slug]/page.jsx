import { notFound } from 'next/navigation'
import { unstable_cache as cached } from 'next/cache'
import { askOrigin } from '../../../lib/origin.mjs'
import { RenderFacts } from '../../../lib/render-facts.jsx'

export const revalidate = 3600

const SLUGS = ['hit', 'tagged', 'tagged-soft', 'cleared', 'shared', 'down', 'prefetched', 'ü', 'gone']
export const generateStaticParams = () => SLUGS.map((slug) => ({ slug }))

export default async function Post({ params }) {
  const { slug } = await params
  const name = decodeURIComponent(slug)
  if (name === 'gone') notFound()
  // For the tag, which the page carries, too.
  await cached(async () => name, [name], { tags: [`tag-${name}`] })()
  const { hits } = await askOrigin(`posts/${name}`)
  return (
    <main>
      <h1>{name}</h1>
      <RenderFacts hits={hits} />
    </main>
  )
}
