import { ask } from '../../../example-app/lib/wire/ask.ts'
import type { Route } from './+types/cover'

/** A story's picture: a resource route, whose bytes are kept for an hour. */
export async function loader({ params }: Route.LoaderArgs): Promise<Response> {
  const picture = await ask(`/covers/${encodeURIComponent(params.slug)}`)
  if (picture === undefined) return new Response('No such picture', { status: 404 })
  return new Response(picture.body, {
    headers: {
      'Content-Type': picture.headers.get('content-type') ?? 'application/octet-stream',
      'Cache-Control': 'public, s-maxage=3600',
      'Cache-Tag': 'covers',
    },
  })
}
