import { askOrigin } from '../../../lib/origin.mjs'
import { RenderFacts } from '../../../lib/render-facts.jsx'
import { taggedData } from '../../../lib/tagged-data.mjs'

export const revalidate = false
export const generateStaticParams = () => []

export default async function TaggedPage({ params }) {
  const { slug } = await params
  const data = await taggedData('tagged', slug)
  // Last, so that a test that holds the origin back holds a render that has all its data.
  const { hits } = await askOrigin(`tagged/${slug}`)
  return (
    <main>
      <h1>{slug}</h1>
      <RenderFacts hits={hits} data={data} />
    </main>
  )
}
