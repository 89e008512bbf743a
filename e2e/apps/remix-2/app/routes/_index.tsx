import type { HeadersFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { nextRender } from '../rendered.server'

export const headers: HeadersFunction = () => ({ 'Cache-Control': 'public, s-maxage=60' })

export const loader = () => ({ render: nextRender() })

export default function Home() {
  return <p id="render">{useLoaderData<typeof loader>().render}</p>
}
