import { randomBytes } from 'node:crypto'
import { askOrigin } from '../../../lib/origin.mjs'

export const dynamic = 'force-static'
export const revalidate = false
export const generateStaticParams = () => []

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

/** Every byte value, most of which are no UTF-8, then a nonce of this render. */
export async function GET(_request, { params }) {
  const { slug } = await params
  const { hits } = await askOrigin(`bytes/${slug}`)
  return new Response(Buffer.concat([EVERY_BYTE, randomBytes(16)]), {
    headers: { 'content-type': 'application/octet-stream', 'x-hits': String(hits) },
  })
}
