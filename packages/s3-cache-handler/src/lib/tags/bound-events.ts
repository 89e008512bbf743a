import { AGED } from './subjects.ts'
import { TagFold } from './tag-fold.ts'

/** So many events are remembered, hard and soft ones. The first of a subject takes about 400 bytes of heap, a further one 40. */
export const MAX_EVENTS = 250_000

/**
 * The same events where they are `max` at most, else one clear of everything whose render did not know of it. An older
 * clear would not do: a render may know a later event, and not one that was still on its way.
 * @param clearAt Above all of their stamps, and all that a render may know that does not know them.
 */
export function boundEvents(events: TagFold, max: number, clearAt: number): TagFold {
  return events.events <= max ? events : clearOfAll(clearAt)
}

/** One event that hits every entry whose render knew no stamp as high. */
export function clearOfAll(at: number): TagFold {
  const clear = new TagFold()
  clear.add(AGED, { hardAt: at, soft: [] }, -Infinity)
  return clear
}

/** Above all that is known here, and what others may know by now; and between whole stamps, so that no event happens to have it. */
export function stampAbove(highest: number, now: number): number {
  const least = Math.max(highest, now)
  return (least + Math.floor(least) + 1) / 2
}
