import { askOrigin } from './origin.mjs'
import { RenderFacts } from './render-facts.jsx'

/** A page that asks the origin once a render; `kind` keeps the counts of two routes apart. */
export function isrPage(kind) {
  return async function IsrPage({ params }) {
    const { slug } = await params
    const { hits } = await askOrigin(`${kind}/${slug}`)
    return (
      <main>
        <h1>{slug}</h1>
        <RenderFacts hits={hits} />
      </main>
    )
  }
}
