import { askOrigin } from '../../lib/origin.mjs'
import { RenderFacts } from '../../lib/render-facts.jsx'

export const getStaticPaths = () => ({ paths: [], fallback: 'blocking' })

export async function getStaticProps({ params: { slug } }) {
  const { hits } = await askOrigin(`legacy/${slug}`)
  if (slug.startsWith('gone-')) return { notFound: true }
  if (slug.startsWith('moved-')) return { redirect: { destination: `/forever/${slug}`, permanent: false } }
  return { props: { slug, hits }, revalidate: slug.startsWith('lifetime-') ? 2 : false }
}

export default function LegacyPage({ slug, hits }) {
  return (
    <main>
      <h1>{slug}</h1>
      <RenderFacts hits={hits} />
    </main>
  )
}
