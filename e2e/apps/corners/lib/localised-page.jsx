import { isFound } from './is-found.mjs'
import { askOrigin } from './origin.mjs'
import { RenderFacts } from './render-facts.jsx'

/** `getStaticProps` that asks the origin once a render of a locale. With `-2s` at its end a page is stale after two seconds. */
export const localisedProps =
  (kind) =>
  async ({ params: { slug }, locale }) => {
    const { hits } = await askOrigin(`${kind}/${locale}/${encodeURIComponent(slug)}`)
    const revalidate = slug.endsWith('-2s') ? 2 : false
    if (!isFound(slug, hits)) return { notFound: true, revalidate }
    return { props: { slug, locale, hits }, revalidate }
  }

export function LocalisedPage({ slug, locale, hits }) {
  return (
    <main>
      <h1>{`${slug} in ${locale}`}</h1>
      <RenderFacts hits={hits} />
    </main>
  )
}
