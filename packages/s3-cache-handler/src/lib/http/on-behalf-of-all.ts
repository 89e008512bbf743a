import { CONDITIONS } from './conditional.ts'

/** Asks for the whole, whatever this client has of it already, and goes on when this client leaves. */
export function onBehalfOfAll(request: Request, signal: AbortSignal): Request {
  const headers = new Headers(request.headers)
  for (const name of CONDITIONS) headers.delete(name)
  return new Request(request.url, { headers, signal })
}
