import { createHash, randomBytes } from 'node:crypto'
import { askOrigin } from '../../../lib/origin.mjs'

export const dynamic = 'force-static'
export const revalidate = false
export const generateStaticParams = () => []

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

const LARGE_BYTES = 256 * 1024

/** Every byte value, most of which are no UTF-8, then a nonce of this render; where it is to be large, then their digest. */
export async function GET(_request, { params }) {
  const { slug } = await params
  const { hits } = await askOrigin(`bytes/${slug}`)
  const body = Buffer.concat([EVERY_BYTE, randomBytes(slug.startsWith('large-') ? LARGE_BYTES : 16)])
  const digest = createHash('sha256').update(body).digest()
  return new Response(slug.startsWith('large-') ? Buffer.concat([body, digest]) : body, {
    headers: { 'content-type': 'application/octet-stream', 'x-hits': String(hits) },
  })
}
