import { nameOf } from '../../../lib/name-of.mjs'
import { askOrigin } from '../../../lib/origin.mjs'
import { RenderFacts } from '../../../lib/render-facts.jsx'

export const revalidate = false
export const dynamicParams = false
export const generateStaticParams = () => [{ slug: 'known' }, { slug: 'other' }]

export default async function ClosedPage(props) {
  const { hits } = await askOrigin(`closed/${await nameOf(props)}`)
  return <RenderFacts hits={hits} />
}
