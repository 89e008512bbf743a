import type { Tag } from '../wire/tags.ts'
import { type Actions, type ButtonOrder, byAction, byPath, byTag, clear, reprint, softly } from './orders.ts'

const PAGES_ROUTER = /^\/(?:archive|colophon)(?:\/|$)/
const NEVER_KEPT = '/live'

/** What can be done about the page at a path: what would have no effect is not offered. */
export function ordersFor(path: string, actions: Actions | undefined): readonly ButtonOrder[] {
  if (path === NEVER_KEPT) return [clear]
  if (PAGES_ROUTER.test(path)) return [reprint(path), clear]
  const tag = tagOf(path)
  if (tag === undefined) return [byPath(path), clear]
  // A story is updated by the action that corrects it.
  const update = actions === undefined || slugOf(path) !== undefined ? [] : [byAction(tag, actions)]
  return [byTag(tag), byPath(path), softly(tag), ...update, clear]
}

/** The story at a path. */
export const slugOf = (path: string): string | undefined => /^\/stories\/([a-z0-9-]+)$/.exec(path)?.[1]

function tagOf(path: string): Tag | undefined {
  if (path === '/' || slugOf(path) !== undefined) return 'stories'
  if (path === '/markets') return 'markets'
  if (path === '/most-read') return 'most-read'
  return undefined
}
