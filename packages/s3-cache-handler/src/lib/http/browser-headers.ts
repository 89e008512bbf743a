import { parseCacheControl } from './cache-control.ts'

/** Who may keep a response: anybody, or whom it says itself. */
export type Audience = 'public' | 'said'

/**
 * Changes the headers so that whoever keeps the response asks before each use, which an ETag answers for nothing: else a
 * browser shows for minutes what a mutation has changed. What no browser keeps, or what says that it never changes, is
 * left alone, and so is a field for a certain CDN (https://www.rfc-editor.org/rfc/rfc9213).
 */
export function revalidatedByBrowsers(headers: Headers, audience: Audience): void {
  const { noStore, isPrivate, isPublic, immutable } = parseCacheControl(headers.get('cache-control'))
  if (noStore || immutable || isPrivate) return
  const who = isPublic || audience === 'public' ? 'public' : 'private'
  headers.set('cache-control', `${who}, max-age=0, must-revalidate`)
  headers.delete('expires')
}
