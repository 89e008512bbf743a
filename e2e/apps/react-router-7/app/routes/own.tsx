import { data } from 'react-router'
import { pages } from '../cache.server'
import { nextRender } from '../rendered.server'
import type { Route } from './+types/own'

/** One person's own, by what it says in its headers: `?header=name:value`. */
export const middleware: Route.MiddlewareFunction[] = [pages.middleware]

export const headers: Route.HeadersFunction = ({ loaderHeaders }) => loaderHeaders

export function loader({ request }: Route.LoaderArgs) {
  const headers = new Headers({ 'Cache-Control': 'public, s-maxage=60' })
  for (const header of new URL(request.url).searchParams.getAll('header')) {
    const [name = '', value = ''] = header.split(':')
    headers.set(name, value)
  }
  return data({ render: nextRender() }, { headers })
}

export default function Own({ loaderData }: Route.ComponentProps) {
  return <p id="render">{loaderData.render}</p>
}
