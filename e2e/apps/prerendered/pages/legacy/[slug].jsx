import { askOrigin } from '../../lib/origin.mjs'
import { RenderFacts } from '../../lib/render-facts.jsx'

export const getStaticPaths = () => ({ paths: ['/legacy/hit', '/legacy/gone'], fallback: 'blocking' })

export async function getStaticProps({ params: { slug } }) {
  if (slug === 'gone') return { notFound: true, revalidate: 3600 }
  const { hits } = await askOrigin(`legacy/${slug}`)
  return { props: { slug, hits }, revalidate: 3600 }
}

export default function LegacyPage({ slug, hits }) {
  return (
    <main>
      <h1>{slug}</h1>
      <RenderFacts hits={hits} />
    </main>
  )
}
