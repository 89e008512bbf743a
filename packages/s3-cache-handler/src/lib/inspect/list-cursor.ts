import { InvalidOptionError } from '../errors.ts'
import type { ListPage, ObjectStore, ObjectSummary } from '../object-store/object-store.ts'

/** S3 lists no more with one request. */
export const LONGEST_PAGE = 1000

/** Where a listing goes on, which may be in the middle of a page of the store. */
export interface ListCursor {
  /** The store's own cursor of the page; absent for the first one. */
  readonly token?: string | undefined
  /** The key of the last object that was seen of it; absent for none. */
  readonly after?: string | undefined
}

/** As a link holds it. */
export const cursorText = ({ token = '', after = '' }: ListCursor): string =>
  Buffer.from(JSON.stringify([token, after])).toString('base64url')

/** Throws {@link InvalidOptionError} for a text that is no cursor. */
export function cursorOf(text: string): ListCursor {
  const parsed = parse(Buffer.from(text, 'base64url').toString())
  if (!Array.isArray(parsed) || parsed.length !== 2 || !parsed.every((part) => typeof part === 'string')) {
    throw new InvalidOptionError('from', '"from" must be as the link to the next page has it')
  }
  const [token, after] = parsed as [string, string]
  return { ...(token !== '' && { token }), ...(after !== '' && { after }) }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** The page of the listing at a cursor, without what was seen of it. */
export async function listFrom(
  store: ObjectStore,
  prefix: string,
  { token, after }: ListCursor,
  limit: number,
): Promise<Pick<ListPage, 'objects' | 'cursor'>> {
  const { objects, cursor } = await store.list(prefix, { cursor: token, limit })
  return { objects: after === undefined ? objects : objects.slice(firstAfter(objects, after)), cursor }
}

/** What was seen last may be gone by now. Where a store lists in no order, its place tells most. */
function firstAfter(objects: readonly ObjectSummary[], after: string): number {
  const last = objects.findIndex(({ key }) => key === after)
  if (last !== -1) return last + 1
  const next = objects.findIndex(({ key }) => key > after)
  return next === -1 ? objects.length : next
}
