import { nextRender } from '../rendered.server'
import type { Route } from './+types/child'

export const headers: Route.HeadersFunction = () => ({ 'Cache-Control': 'public, s-maxage=60' })

export const loader = () => ({ child: nextRender() })

export default function Child({ loaderData }: Route.ComponentProps) {
  return <p id="child">{loaderData.child}</p>
}
