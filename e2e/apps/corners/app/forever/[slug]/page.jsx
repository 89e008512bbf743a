import { draftMode } from 'next/headers'
import { nameOf } from '../../../lib/name-of.mjs'
import { askOrigin } from '../../../lib/origin.mjs'
import { RenderFacts } from '../../../lib/render-facts.jsx'
import { taggedData } from '../../../lib/tagged-data.mjs'

export const revalidate = false
export const generateStaticParams = () => []

export default async function ForeverPage(props) {
  const name = await nameOf(props)
  const { isEnabled } = await draftMode()
  const key = encodeURIComponent(name)
  const data = await taggedData(`forever/${key}`, [`tag-${name}`])
  const { hits } = await askOrigin(`forever/${key}`)
  return (
    <main>
      <h1>{isEnabled ? `Draft of ${name}` : name}</h1>
      <RenderFacts hits={hits} data={data} />
    </main>
  )
}
