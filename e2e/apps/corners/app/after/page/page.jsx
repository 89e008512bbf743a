import { invalidateLater } from '../../../lib/invalidate-later.mjs'

/** `?tag=tag-a&path=/forever/a` */
export default async function AfterPage({ searchParams }) {
  invalidateLater(new URLSearchParams(await searchParams))
  return <p>later</p>
}
