import { createHash, timingSafeEqual } from 'node:crypto'
import { createExplorer } from 's3-cache-handler/explorer'
import { cache } from '../cache.server.ts'
import type { Route } from './+types/explorer'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Whoever knows the password may see and delete what is cached, the entries of the Next edition included. */
function authorize({ headers }: Request): boolean | Response {
  const password = process.env['EXPLORER_PASSWORD']
  if (!password) return false
  const expected = digest(`Basic ${Buffer.from(`ops:${password}`).toString('base64')}`)
  return (
    timingSafeEqual(digest(headers.get('authorization') ?? ''), expected) ||
    new Response('Who are you?', { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="explorer"' } })
  )
}

const explorer = createExplorer({ authorize, cache })

export const loader = ({ request }: Route.LoaderArgs) => explorer(request)
export const action = loader
