import { Link } from 'react-router'
import { pages } from '../cache.server'
import { nextRender } from '../rendered.server'
import type { Route } from './+types/home'

export const middleware: Route.MiddlewareFunction[] = [pages.middleware]

export const headers: Route.HeadersFunction = () => ({ 'Cache-Control': 'public, s-maxage=60' })

export const loader = () => ({ render: nextRender() })

export default function Home({ loaderData }: Route.ComponentProps) {
  return (
    <main>
      <p id="render">{loaderData.render}</p>
      <Link to="/post/linked">A post</Link>
    </main>
  )
}
