import { Suspense, use } from 'react'
import { data, Form, useLoaderData } from 'react-router'
import { cachedLoader } from 's3-cache-handler/react-router'
import { cache } from '../cache.server'
import { atGate } from '../gates.server'
import { askOrigin, nextRender } from '../rendered.server'
import type { Route } from './+types/post'

/** Cached as data: what a value of each type comes back as is shown, and a deferred one beside it. */
export const loader = cachedLoader(
  cache,
  {
    key: ({ params }) => ['post', params.slug],
    // The second is what the fixtures of Next call theirs.
    tags: ({ params }) => [`post:${params.slug}`, `tag-${params.slug}`],
    ttl: '1h',
    lock: true,
    bypass: ({ request }) => request.url.includes('bypass'),
  },
  async ({ params, request }: Route.LoaderArgs) => {
    await askOrigin(request, params.slug)
    const render = nextRender()
    return {
      slug: params.slug,
      render,
      at: new Date(86_400_000),
      counts: new Map([['views', 7]]),
      labels: new Set(['new']),
      later: atGate(request).then(() => ({ render, at: new Date(1) })),
    }
  },
)

export async function action({ params }: Route.ActionArgs) {
  await cache.revalidateTag([`post:${params.slug}`, `tag-${params.slug}`])
  return data({ saved: params.slug })
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
        <Later later={later} />
      </Suspense>
      <Form method="post">
        <button type="submit">Save</button>
      </Form>
    </main>
  )
}

function Later({ later }: { readonly later: Promise<{ readonly render: string; readonly at: Date }> }) {
  const { render, at } = use(later)
  return <p id="later">{`${render} ${at.getTime()}`}</p>
}
