import { askOrigin } from '../../lib/origin.mjs'

export const dynamic = 'force-static'
export const revalidate = 3600

export async function GET() {
  const { hits } = await askOrigin('feed')
  return new Response(`<feed>hits ${hits}</feed>`, { headers: { 'content-type': 'application/atom+xml' } })
}
