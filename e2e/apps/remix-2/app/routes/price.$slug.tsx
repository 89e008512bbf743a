import type { LoaderFunctionArgs } from '@remix-run/node'
import { Await, useLoaderData } from '@remix-run/react'
import { Suspense } from 'react'
import { cachedLoader } from 's3-cache-handler/react-router'
import { cache } from '../cache.server'
import { Decimal } from '../decimal.server'
import { atGate } from '../gates.server'
import { nextRender } from '../rendered.server'

/** Cached as data, with a class of the app's own in it, also in what is deferred. */
const priced = cachedLoader(
  cache,
  { key: ({ params }) => ['price', params['slug']], ttl: '1h' },
  async ({ request }: LoaderFunctionArgs) => {
    const [render, total] = [nextRender(), new Decimal(1230n)]
    return {
      render,
      total,
      at: new Date(86_400_000),
      parts: new Map([['herring', new Decimal(205n)]]),
      later: atGate(request).then(() => new Decimal(5n)),
    }
  },
)

export async function loader(args: LoaderFunctionArgs) {
  const { render, total, at, parts, later } = await priced(args)
  const part = parts.get('herring')
  const types = [total instanceof Decimal, at instanceof Date, part instanceof Decimal, later instanceof Promise]
  return {
    render,
    types: types.join(' '),
    values: [total.toString(), at.toISOString(), part?.toString()].join(' '),
    // To browsers it goes as text: no framework sends them a class of the app's own.
    later: later.then((one) => `${one instanceof Decimal} ${one.toString()}`),
  }
}

export default function Price() {
  const { render, types, values, later } = useLoaderData<typeof loader>()
  return (
    <main>
      <p id="render">{render}</p>
      <p id="types">{types}</p>
      <p id="values">{values}</p>
      <Suspense fallback={<p id="waiting">…</p>}>
        <Await resolve={later}>{(text) => <p id="later">{text}</p>}</Await>
      </Suspense>
    </main>
  )
}
