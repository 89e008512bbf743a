import { Suspense } from 'react'
import { Await } from 'react-router'
import { pages } from '../cache.server'
import { atGate } from '../gates.server'
import { nextRender } from '../rendered.server'
import type { Route } from './+types/streamed'

/** A response that comes in two parts, of which the second waits at a gate, and may fail: `?fail`. */
export const middleware: Route.MiddlewareFunction[] = [pages.middleware]

export const headers: Route.HeadersFunction = () => ({ 'Cache-Control': 'public, s-maxage=60' })

export function loader({ request }: Route.LoaderArgs) {
  const isFailing = new URL(request.url).searchParams.has('fail')
  const later = atGate(request).then(() => {
    if (isFailing) throw new Error('It was to fail')
    return 'all there'
  })
  // The framework hears of it, and nobody else need.
  later.catch(() => {})
  return { render: nextRender(), later }
}

export default function Streamed({ loaderData: { render, later } }: Route.ComponentProps) {
  return (
    <main>
      <p id="render">{render}</p>
      <Suspense fallback={<p id="waiting">…</p>}>
        <Await resolve={later} errorElement={<p id="later">failed</p>}>
          {(text) => <p id="later">{text}</p>}
        </Await>
      </Suspense>
    </main>
  )
}
