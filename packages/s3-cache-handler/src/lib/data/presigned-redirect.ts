import type { Key } from '../keys/key-text.ts'
import type { PresignOptions, RememberContext, RememberOptions, S3Cache } from './data-cache.ts'
import { dispositionOf } from './presign-entry.ts'

/** A body that is bytes, or text: what S3 can serve as it is. */
export type PresignableBody = string | Uint8Array<ArrayBuffer>

/** How the body is made and kept, and how the URL is made. */
export interface PresignedRedirectOptions<T extends PresignableBody> extends RememberOptions<T>, PresignOptions {}

const DEFAULT_TYPES = { string: 'text/plain; charset=utf-8', bytes: 'application/octet-stream' }

/**
 * A response for a large body that is cached: a redirect to S3, which serves it, so that neither its bytes nor a
 * connection for them pass through this process. What is missing is made and stored first.
 *
 * Where there can be no URL, because the store is down or is no S3, the response has the body itself.
 */
export async function presignedRedirect<T extends PresignableBody>(
  cache: Pick<S3Cache, 'presign' | 'remember'>,
  key: Key,
  make: (context: RememberContext) => T | Promise<T>,
  options: PresignedRedirectOptions<T> = {},
): Promise<Response> {
  const disposition = dispositionOf(options)
  // What fails is reported by the store's wrapper.
  const url = async (): Promise<string | undefined> => await cache.presign(key, options).catch(() => undefined)
  const known = await url()
  if (known !== undefined) return redirect(known)
  const { expiresInSeconds: _seconds, filename: _filename, disposition: _disposition, ...making } = options
  let stored: Promise<unknown> | undefined
  const waitUntil = (work: Promise<unknown>): void => {
    stored = work
    options.waitUntil?.(work)
  }
  const body = await cache.remember(key, make, { ...making, waitUntil })
  await stored
  const made = await url()
  if (made !== undefined) return redirect(made)
  const contentType = options.contentType ?? (typeof body === 'string' ? DEFAULT_TYPES.string : DEFAULT_TYPES.bytes)
  return new Response(body, {
    headers: { 'content-type': contentType, ...(disposition !== undefined && { 'content-disposition': disposition }) },
  })
}

/** The URL is a credential of a short life: nobody may keep it. */
const redirect = (url: string): Response =>
  new Response(null, { status: 307, headers: { location: url, 'cache-control': 'private, no-store' } })
