import { invalidateLater } from '../../../lib/invalidate-later.mjs'

/** `?tag=tag-a&path=/forever/a` */
export async function GET(request) {
  invalidateLater(new URL(request.url).searchParams)
  return new Response('later')
}
