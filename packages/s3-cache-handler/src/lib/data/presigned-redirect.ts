import { NotPresignableError, UnsupportedByStoreError } from '../data-errors.ts'
import type { Key } from '../keys/key-text.ts'
import { ObjectStoreError } from '../object-store/object-store-error.ts'
import type { PresignOptions, RememberContext, RememberOptions, S3Cache } from './data-cache.ts'
import { dispositionOf } from './presign-entry.ts'

/** A body that is bytes, or text: what S3 can serve as it is. */
export type PresignableBody = string | Uint8Array<ArrayBuffer>

/** What would have to look at the bytes, which are not read here. */
type OfReaders = 'bypass' | 'forceFresh' | 'isStale' | 'judge' | 'schema'

/** How the body is made and kept, and how the URL is made. */
export interface PresignedRedirectOptions<T extends PresignableBody>
  extends Omit<RememberOptions<T>, OfReaders>, Omit<PresignOptions, 'stale'> {}

const DEFAULT_TYPES = { string: 'text/plain; charset=utf-8', bytes: 'application/octet-stream' }

/**
 * A response for a large body that is cached: a redirect to S3, which serves it, so that neither its bytes nor a
 * connection for them pass through this process. What is missing is made and stored first; what is stale is treated as
 * `remember` does.
 *
 * Where there can be no URL, because the store is down or is no S3, the response has the body itself.
 *
 * @throws ERR_INVALID_OPTION, and what `make` throws
 */
export async function presignedRedirect<T extends PresignableBody>(
  cache: Pick<S3Cache, 'presign' | 'remember'>,
  key: Key,
  make: (context: RememberContext) => T | Promise<T>,
  options: PresignedRedirectOptions<T> = {},
): Promise<Response> {
  const { expiresInSeconds, filename, disposition, ...making } = options
  const presigning = { expiresInSeconds, filename, disposition }
  const contentDisposition = dispositionOf(presigning)
  const fresh = await urlOf(cache, key, presigning)
  if (fresh !== undefined) return redirect(fresh)

  let storing: Promise<unknown> | undefined
  let isMade = false
  const body = await cache.remember(
    key,
    (context) => {
      // Who was answered with what is stale does not wait for what replaces it.
      isMade = !context.background
      return make(context)
    },
    {
      ...making,
      waitUntil(work) {
        storing = work
        options.waitUntil?.(work)
      },
    },
  )
  if (isMade) await storing
  const present = await urlOf(cache, key, { ...presigning, stale: true })
  if (present !== undefined) return redirect(present)
  const contentType = options.contentType ?? (typeof body === 'string' ? DEFAULT_TYPES.string : DEFAULT_TYPES.bytes)
  return new Response(body, {
    headers: {
      'content-type': contentType,
      ...(contentDisposition !== undefined && { 'content-disposition': contentDisposition }),
    },
  })
}

/** Undefined where there is none, whatever the reason, but for a mistake in the call. The store's failures are reported already. */
async function urlOf(cache: Pick<S3Cache, 'presign'>, key: Key, options: PresignOptions): Promise<string | undefined> {
  try {
    return await cache.presign(key, options)
  } catch (error) {
    const isOfStore = [ObjectStoreError, NotPresignableError, UnsupportedByStoreError].some(
      (kind) => error instanceof kind,
    )
    if (isOfStore) return undefined
    throw error
  }
}

/** The URL is a credential of a short life: nobody may keep it. */
const redirect = (url: string): Response =>
  new Response(null, { status: 307, headers: { location: url, 'cache-control': 'private, no-store' } })
