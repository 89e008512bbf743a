import { type HeadersFunction, json, type LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { cache } from '../cache.server'
import { nextRender, pause } from '../rendered.server'

const LASTING = { 'Cache-Control': 'public, s-maxage=3600', 'Cache-Tag': 'pages' }

/** Cached as a whole response, by the handler. */
export const headers: HeadersFunction = () => LASTING

export async function loader({ request }: LoaderFunctionArgs) {
  await pause(request)
  // Without single fetch the data of a route has the headers of its loader, and not those of the page.
  return json({ render: nextRender() }, { headers: LASTING })
}

export async function action() {
  await cache.revalidateTag('pages')
  return { saved: true }
}

export default function Page() {
  return <p id="render">{useLoaderData<typeof loader>().render}</p>
}
