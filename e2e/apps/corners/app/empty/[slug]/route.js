import { nameOf } from '../../../lib/name-of.mjs'
import { askOrigin } from '../../../lib/origin.mjs'

export const dynamic = 'force-static'
export const revalidate = false
export const generateStaticParams = () => []

const EMPTY = {
  text: { body: '', status: 200, type: 'text/plain' },
  bytes: { body: new Uint8Array(0), status: 200, type: 'application/octet-stream' },
  nothing: { body: null, status: 204 },
}

/** The name is of one of the empty bodies. */
export async function GET(_request, props) {
  const name = await nameOf(props)
  const { hits } = await askOrigin(`empty/${name}`)
  const { body, status, type } = EMPTY[name]
  return new Response(body, { status, headers: { 'x-hits': String(hits), ...(type && { 'content-type': type }) } })
}
