import { AGED } from './subjects.ts'
import { TagFold } from './tag-fold.ts'

/**
 * Replaces what has an old stamp by one clear of everything, at the latest of those. Merely dropped, it would bring old
 * pages back: entries without `expire`, and instances that slept, may be older than any event.
 */
export function pruneEvents(events: TagFold, isOld: (at: number) => boolean): TagFold {
  const kept = new TagFold()
  let clearedAt = -Infinity
  for (const [subject, { hardAt, soft }] of events) {
    const old = [hardAt, ...soft.map(({ at }) => at)].filter(isOld)
    clearedAt = Math.max(clearedAt, ...old)
    const young = { hardAt: isOld(hardAt) ? -Infinity : hardAt, soft: soft.filter(({ at }) => !isOld(at)) }
    if (young.hardAt > -Infinity || young.soft.length > 0) kept.add(subject, young, -Infinity)
  }
  if (clearedAt > -Infinity) kept.add(AGED, { hardAt: clearedAt, soft: [] }, -Infinity)
  return kept
}
