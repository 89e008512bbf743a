import { nameOf } from '../../../lib/name-of.mjs'
import { askOrigin } from '../../../lib/origin.mjs'
import { RenderFacts } from '../../../lib/render-facts.jsx'

export const revalidate = false
export const generateStaticParams = () => []

/** 20 MB: the text is in the HTML once to be seen, and once for the browser's React. */
export default async function LargePage(props) {
  const { hits } = await askOrigin(`large/${await nameOf(props)}`)
  return (
    <main>
      <RenderFacts hits={hits} />
      <p>{'large '.repeat(1_700_000)}</p>
    </main>
  )
}
