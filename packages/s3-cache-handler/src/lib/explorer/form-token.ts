import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const COOKIE = 's3-cache-explorer'
const SECRET_BYTES = 32
const SECRET = /^[\w-]{43}$/

/** What the browser that asks is known by: a secret in a cookie, so that a form may be sent to another instance. */
export interface Session {
  readonly secret: string
  /** The `Set-Cookie` that gives it to the browser; undefined where it has it. */
  readonly cookie: string | undefined
}

export function sessionOf({ headers, url }: Pick<Request, 'headers' | 'url'>): Session {
  const isSecure = isHttps(headers, url)
  // No page of another host can set a cookie with this prefix: https://datatracker.ietf.org/doc/html/rfc6265bis#section-4.1.3.2
  const name = isSecure ? `__Host-${COOKIE}` : COOKIE
  const known = cookieIn(headers.get('cookie') ?? '', name)
  if (known !== undefined && SECRET.test(known)) return { secret: known, cookie: undefined }
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  // With "Strict" a browser that follows a link elsewhere would not send it, and be given another secret, which none of the
  // forms that it has open were made with. With a form of another site "Lax" does not send it either.
  const cookie = `${name}=${secret}; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  return { secret, cookie }
}

/** Says yes to one text, as an action is written down in its form, from the browser that has this secret. */
export const tokenFor = ({ secret }: Pick<Session, 'secret'>, text: string): string =>
  createHmac('sha256', secret).update(text).digest('base64url')

export function isTokenFor(session: Pick<Session, 'secret'>, text: string, token: string): boolean {
  const [expected, given] = [Buffer.from(tokenFor(session, text)), Buffer.from(token)]
  return expected.length === given.length && timingSafeEqual(expected, given)
}

/**
 * Whether a page of the explorer's own origin has sent the request. Browsers say so themselves where they trust the
 * connection; on plain HTTP they say at least whose page it was.
 */
export function isSameOrigin({ headers, url }: Pick<Request, 'headers' | 'url'>): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin'
  const origin = headers.get('origin')
  if (origin === null || !URL.canParse(origin)) return false
  // A proxy may have replaced the host. No page can set these headers for a form.
  const hosts = [firstOf(headers.get('x-forwarded-host')), headers.get('host') ?? new URL(url).host]
  return hosts.includes(new URL(origin).host)
}

/** Where TLS ends before this process, its proxy says so. */
const isHttps = (headers: Headers, url: string): boolean =>
  firstOf(headers.get('x-forwarded-proto')) === 'https' || new URL(url).protocol === 'https:'

const firstOf = (list: string | null): string | undefined => list?.split(',')[0]?.trim()

const cookieIn = (cookies: string, name: string): string | undefined =>
  cookies
    .split(';')
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1)
