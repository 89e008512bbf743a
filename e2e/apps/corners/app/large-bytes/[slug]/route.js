import { randomBytes } from 'node:crypto'
import { nameOf } from '../../../lib/name-of.mjs'
import { askOrigin } from '../../../lib/origin.mjs'

export const dynamic = 'force-static'
export const revalidate = false
export const generateStaticParams = () => []

/** 20 MB that nothing makes smaller. */
export async function GET(_request, props) {
  const { hits } = await askOrigin(`large-bytes/${await nameOf(props)}`)
  return new Response(randomBytes(20 * 1024 * 1024), {
    headers: { 'content-type': 'application/octet-stream', 'x-hits': String(hits) },
  })
}
