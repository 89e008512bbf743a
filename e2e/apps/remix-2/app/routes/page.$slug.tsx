import { type HeadersFunction, json } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { cache } from '../cache.server'
import { nextRender } from '../rendered.server'

const LASTING = { 'Cache-Control': 'public, s-maxage=3600', 'Cache-Tag': 'pages' }

/** Cached as a whole response, by the handler. */
export const headers: HeadersFunction = () => LASTING

// Without single fetch the data of a route has the headers of its loader, and not those of the page.
export const loader = () => json({ render: nextRender() }, { headers: LASTING })

export async function action() {
  await cache.revalidateTag('pages')
  return { saved: true }
}

export default function Page() {
  return <p id="render">{useLoaderData<typeof loader>().render}</p>
}
