import { createHash, timingSafeEqual } from 'node:crypto'
import { createExplorer } from 's3-cache-handler/explorer'

const digest = (text) => createHash('sha256').update(text).digest()
const password = process.env.FIXTURE_EXPLORER_PASSWORD
const expected = digest(`Basic ${Buffer.from(`ops:${password}`).toString('base64')}`)

/** As docs/explorer.md shows it. */
const authorize = (request) => {
  if (!password) throw new Error('FIXTURE_EXPLORER_PASSWORD is not set')
  return (
    timingSafeEqual(digest(request.headers.get('authorization') ?? ''), expected) ||
    new Response('Who are you?', { status: 401, headers: { 'www-authenticate': 'Basic realm="explorer"' } })
  )
}

const explorer = createExplorer({ authorize })
export { explorer as GET, explorer as POST }
