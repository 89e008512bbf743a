import { Outlet } from 'react-router'
import { pages } from '../cache.server'
import { nextRender } from '../rendered.server'
import type { Route } from './+types/parent'

/** A layout above another route, each with a loader: its data may be asked for alone, by `_routes`. */
export const middleware: Route.MiddlewareFunction[] = [pages.middleware]

export const loader = () => ({ parent: nextRender() })

export default function Parent({ loaderData }: Route.ComponentProps) {
  return (
    <section>
      <p id="parent">{loaderData.parent}</p>
      <Outlet />
    </section>
  )
}
