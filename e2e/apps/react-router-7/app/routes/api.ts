import { pages } from '../cache.server'
import { nextRender } from '../rendered.server'
import type { Route } from './+types/api'

/** A resource route: it has no component. */
export const middleware: Route.MiddlewareFunction[] = [pages.middleware]

export const loader = ({ params }: Route.LoaderArgs) =>
  Response.json(
    { slug: params.slug, render: nextRender() },
    { headers: { 'Cache-Control': 'public, s-maxage=60', 'Cache-Tag': 'api' } },
  )
