import { notFound } from 'next/navigation'
import { isFound } from './is-found.mjs'
import { nameOf } from './name-of.mjs'
import { askOrigin } from './origin.mjs'
import { RenderFacts } from './render-facts.jsx'

/** A page that is not always found; `kind` keeps the counts of two routes apart. */
export function foundPage(kind) {
  return async function FoundPage(props) {
    const name = await nameOf(props)
    const { hits } = await askOrigin(`${kind}/${name}`)
    if (!isFound(name, hits)) notFound()
    return <RenderFacts hits={hits} />
  }
}
