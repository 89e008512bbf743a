import { plainBody } from './plain-body.ts'
import { canFailInParts, errorInBody } from './stream-errors.ts'
import { teeBody } from './tee-body.ts'

/** The longest body that is kept where nothing is said: 8 MiB. */
export const DEFAULT_MAX_BYTES: number = 8 * 1024 * 1024

/** A body that is kept while it is sent. */
export interface KeptBody {
  /** For who asked. */
  readonly stream: ReadableStream<Uint8Array> | null
  /** Rejects where it must not be kept. */
  readonly whole: Promise<Buffer>
}

/** Takes the body over. */
export function keptBody({ body, headers }: Response, maxBytes: number): KeptBody {
  if (body === null) return { stream: null, whole: Promise.resolve(Buffer.alloc(0)) }
  const { stream, whole } = teeBody(body, maxBytes)
  return { stream, whole: whole.then((bytes) => requireGood(bytes, headers)) }
}

async function requireGood(bytes: Buffer, headers: Headers): Promise<Buffer> {
  const length = headers.get('content-length')
  if (length !== null && Number(length) !== bytes.length) {
    throw new Error(`its body has ${bytes.length} bytes, and not the ${length} that it was to have`)
  }
  const contentType = headers.get('content-type') ?? ''
  const error = canFailInParts(contentType) ? errorInBody(await plainBody(bytes, headers), contentType) : undefined
  if (error !== undefined) throw new Error(error)
  return bytes
}

/** Has its source stop: nobody will read it. */
export const discard = (body: ReadableStream<Uint8Array> | null | undefined): void =>
  void body?.cancel().catch(() => {})

/** The same response with another body. */
export const withBody = (
  { status, statusText, headers }: Response,
  body: ReadableStream<Uint8Array> | null,
): Response => new Response(body, { status, statusText, headers })
