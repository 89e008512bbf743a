import { data, Form, Link } from 'react-router'
import { cache, pages } from '../cache.server'
import { askOrigin } from '../origin.server'
import type { Route } from './+types/shelf'

/** Pages that lead to each other, and have the tag of their shelf. */
export const middleware: Route.MiddlewareFunction[] = [pages.middleware]

export const headers: Route.HeadersFunction = ({ loaderHeaders }) => loaderHeaders

/** What is one person’s own, by the name of the page. The cookie is sent to no page: it would be a reason not to look. */
const OWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  private: { 'Cache-Control': 'private, max-age=60' },
  cookie: { 'Set-Cookie': 'seen=1; Path=/nowhere' },
}

export async function loader({ params: { shelf, name } }: Route.LoaderArgs) {
  const hits = await askOrigin(`shelf/${shelf}/${name}`)
  const cached = { 'Cache-Control': 'public, s-maxage=3600', 'Cache-Tag': `shelf:${shelf}` }
  return data({ shelf, name, hits }, { headers: { ...cached, ...OWN[name] } })
}

export async function action({ params }: Route.ActionArgs) {
  await cache.revalidateTag(`shelf:${params.shelf}`)
  return { saved: true }
}

export default function Shelf({ loaderData: { shelf, name, hits } }: Route.ComponentProps) {
  return (
    <main>
      <h1>{name}</h1>
      <p id="hits">{hits}</p>
      <Form method="post">
        <button type="submit">Save</button>
      </Form>
      {['one', 'two', ...Object.keys(OWN)].map((other) => (
        <Link key={other} to={`/shelf/${shelf}/${other}`}>
          {`to ${other}`}
        </Link>
      ))}
      <Link to={`/shelf/${shelf}/two`} prefetch="intent">
        hover two
      </Link>
      <Link to={`/shelf/${shelf}/private`} prefetch="intent">
        hover private
      </Link>
      <Link to={`/shelf/${shelf}/cookie`} prefetch="intent">
        hover cookie
      </Link>
    </main>
  )
}
