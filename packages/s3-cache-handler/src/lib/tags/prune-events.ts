import { AGED } from './subjects.ts'
import { TagFold } from './tag-fold.ts'

/**
 * Replaces what is older than `before` by one clear of everything, at the latest of its stamps. Merely dropped, it would
 * bring old pages back: entries without `expire`, and instances that slept, may be older than any event.
 */
export function pruneEvents(events: TagFold, before: number): TagFold {
  const kept = new TagFold()
  let clearedAt = -Infinity
  for (const [subject, { hardAt, soft }] of events) {
    const old = [hardAt, ...soft.map(({ at }) => at)].filter((at) => at < before)
    clearedAt = Math.max(clearedAt, ...old)
    const young = { hardAt: hardAt < before ? -Infinity : hardAt, soft: soft.filter(({ at }) => at >= before) }
    if (young.hardAt > -Infinity || young.soft.length > 0) kept.add(subject, young, -Infinity)
  }
  if (clearedAt > -Infinity) kept.add(AGED, { hardAt: clearedAt, soft: [] }, -Infinity)
  return kept
}
