import { randomUUID } from 'node:crypto'
import { askOrigin } from '../../../lib/origin.mjs'
import { taggedData } from '../../../lib/tagged-data.mjs'

export const dynamic = 'force-static'
export const revalidate = false
export const generateStaticParams = () => []

export async function GET(_request, { params }) {
  const { slug } = await params
  const data = await taggedData('tagged-route', slug)
  const { hits } = await askOrigin(`tagged-route/${slug}`)
  return new Response(`hits ${hits}, render ${randomUUID()}, data ${data}`)
}
