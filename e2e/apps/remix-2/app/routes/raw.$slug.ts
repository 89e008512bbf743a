import type { LoaderFunctionArgs } from '@remix-run/node'
import { atGate } from '../gates.server'
import { nextRender } from '../rendered.server'

/** A body of two parts, the second behind a gate: there it breaks off, `?breaks`, or is as long as `?bytes` says. */
export function loader({ request }: LoaderFunctionArgs) {
  const { searchParams } = new URL(request.url)
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(JSON.stringify(nextRender())))
    },
    async pull(controller) {
      await atGate(request)
      if (searchParams.has('breaks')) return controller.error(new Error('It was to break off'))
      controller.enqueue(new Uint8Array(Number(searchParams.get('bytes') ?? 1)).fill(0x20))
      controller.close()
    },
  })
  return new Response(body, { headers: { 'Cache-Control': 'public, s-maxage=60', 'Content-Type': 'application/json' } })
}
