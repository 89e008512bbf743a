import { CONDITIONS } from './conditional.ts'

/** What a server is asked on behalf of all who wait for its answer. */
export interface OnBehalf {
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal
  /** @default the request's own */
  readonly url?: string
}

/** Asks for the whole, whatever this client has of it already, and goes on when this client leaves. */
export function onBehalfOfAll(request: Request, { signal, url = request.url }: OnBehalf): Request {
  const headers = new Headers(request.headers)
  for (const name of CONDITIONS) headers.delete(name)
  return new Request(url, { headers, signal })
}
