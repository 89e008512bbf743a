import { redirect } from 'react-router'
import { pages } from '../cache.server'
import { nextRender } from '../rendered.server'
import type { Route } from './+types/moved'

/** Permanently, to an address that is another one each time. */
export const middleware: Route.MiddlewareFunction[] = [pages.middleware]

export function loader() {
  throw redirect(`/page/${nextRender()}`, { status: 301, headers: { 'Cache-Control': 'public, s-maxage=60' } })
}

export default function Moved() {
  return null
}
