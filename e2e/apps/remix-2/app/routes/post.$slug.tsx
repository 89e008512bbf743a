import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { Await, Form, useLoaderData } from '@remix-run/react'
import { Suspense } from 'react'
import { cachedLoader } from 's3-cache-handler/react-router'
import { cache } from '../cache.server'
import { atGate } from '../gates.server'
import { askOrigin, nextRender } from '../rendered.server'

/** Cached as data: what a value of each type comes back as is shown, and a deferred one beside it. */
export const loader = cachedLoader(
  cache,
  {
    key: ({ params }) => ['post', params['slug']],
    tags: ({ params }) => [`post:${params['slug']}`],
    ttl: '1h',
    lock: true,
    bypass: ({ request }) => request.url.includes('bypass'),
  },
  async ({ params, request }: LoaderFunctionArgs) => {
    await askOrigin(request, String(params['slug']))
    const render = nextRender()
    return {
      render,
      at: new Date(86_400_000),
      counts: new Map([['views', 7]]),
      labels: new Set(['new']),
      later: atGate(request).then(() => ({ render, at: new Date(1) })),
    }
  },
)

export async function action({ params }: ActionFunctionArgs) {
  await cache.revalidateTag(`post:${params['slug']}`)
  return { saved: true }
}

export default function Post() {
  const { render, at, counts, labels, later } = useLoaderData<typeof loader>()
  const types = [at instanceof Date, counts instanceof Map, labels instanceof Set, later instanceof Promise]
  return (
    <main>
      <p id="render">{render}</p>
      <p id="types">{types.join(' ')}</p>
      <p id="values">{`${at.toISOString()} ${counts.get('views')} ${[...labels].join()}`}</p>
      <Suspense fallback={<p id="waiting">…</p>}>
        <Await resolve={later}>{({ render: same, at: then }) => <p id="later">{`${same} ${then.getTime()}`}</p>}</Await>
      </Suspense>
      <Form method="post">
        <button type="submit">Save</button>
      </Form>
    </main>
  )
}
