import type { LoaderFunctionArgs } from '@remix-run/node'
import { gateOf } from '../gates.server'

/** Opens a gate of this process. */
export function loader({ params }: LoaderFunctionArgs) {
  gateOf(String(params['slug'])).open()
  return new Response(null, { status: 204 })
}
