import { gateOf } from '../gates.server'
import type { Route } from './+types/open'

/** Opens a gate of this process. */
export function loader({ params }: Route.LoaderArgs) {
  gateOf(params.slug).open()
  return new Response(null, { status: 204 })
}
