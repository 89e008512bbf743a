import { askOrigin } from '../../lib/origin.mjs'
import { RenderFacts } from '../../lib/render-facts.jsx'

export const getStaticPaths = () => ({ paths: [], fallback: 'blocking' })

/** 20 MB: the text is in the HTML once to be seen, and once as data. */
export async function getStaticProps({ params: { slug } }) {
  const { hits } = await askOrigin(`large-legacy/${slug}`)
  return { props: { hits, text: 'large '.repeat(1_750_000) }, revalidate: false }
}

export default function LargeLegacyPage({ hits, text }) {
  return (
    <main>
      <RenderFacts hits={hits} />
      <p>{text}</p>
    </main>
  )
}
