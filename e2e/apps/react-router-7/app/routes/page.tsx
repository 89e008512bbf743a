import { Form, Link } from 'react-router'
import { cache, pages, scope } from '../cache.server'
import { nextRender } from '../rendered.server'
import type { Route } from './+types/page'

/** Cached as a whole response, by middleware, and by the handler where that is wrapped. */
export const middleware: Route.MiddlewareFunction[] = [scope.middleware, pages.middleware]

export const headers: Route.HeadersFunction = ({ loaderHeaders }) => ({
  'Cache-Control': loaderHeaders.get('Cache-Control') ?? 'public, s-maxage=3600',
  'Cache-Tag': 'pages',
})

export const loader = ({ params }: Route.LoaderArgs) => ({ slug: params.slug, render: nextRender() })

export async function action() {
  await cache.revalidateTag('pages')
  return { saved: true }
}

export default function Page({ loaderData }: Route.ComponentProps) {
  return (
    <main>
      <p id="render">{loaderData.render}</p>
      <Form method="post">
        <button type="submit">Save</button>
      </Form>
      <Link to={`/page/${loaderData.slug}-next`}>Next</Link>
    </main>
  )
}
