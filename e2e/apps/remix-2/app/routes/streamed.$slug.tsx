import { defer, type HeadersFunction, type LoaderFunctionArgs } from '@remix-run/node'
import { Await, useLoaderData } from '@remix-run/react'
import { Suspense } from 'react'
import { atGate } from '../gates.server'
import { nextRender } from '../rendered.server'

/** A response that comes in two parts, of which the second waits at a gate, and may fail: `?fail`. */
export const headers: HeadersFunction = () => ({ 'Cache-Control': 'public, s-maxage=60' })

export function loader({ request }: LoaderFunctionArgs) {
  const isFailing = new URL(request.url).searchParams.has('fail')
  const later = atGate(request).then(() => {
    if (isFailing) throw new Error('It was to fail')
    return 'all there'
  })
  // The framework hears of it, and nobody else need.
  later.catch(() => {})
  return defer({ render: nextRender(), later })
}

export default function Streamed() {
  const { render, later } = useLoaderData<typeof loader>()
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
